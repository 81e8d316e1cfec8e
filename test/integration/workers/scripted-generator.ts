import process from "node:process";
import { RollcallError } from "../../../src/model/error.ts";
import type { Clock } from "../../../src/model/ports.ts";
import { us } from "../../../src/model/units.ts";
import { connectToParent } from "../../../src/workers/parent-link.ts";
import { openParentChannel } from "../../../src/workers/parent-channel.ts";

/*
 * A generator that does what the plan's name says, a step for each index, e.g. "pass,pass die,pass": generator 0 passes
 * one barrier, generator 1 passes one and dies, generator 2 passes one. Each notes what it saw.
 */
const parent = process.ppid;
const link = connectToParent(openParentChannel(process));
const { plan, shard } = await link.init;
const steps = (plan.name.split(",")[shard.index] ?? "").split(" ").filter((step) => step !== "");
if (steps[0] === "die-early") process.kill(process.pid, "SIGKILL");

const { epoch, startedAt } = await link.ready();
link.note(`start ${epoch} ${startedAt}`);
const clock: Clock = {
  now: () => us(Number((process.hrtime.bigint() - epoch) / 1_000n)),
  sleepUntil: () => Promise.resolve(),
};
const barrier = link.createBarrier(clock);
let passed = 0;
for (const step of steps) {
  switch (step) {
    case "pass": {
      const at = await barrier.arrive(`phase ${passed}`, link.stops.abort);
      link.note(`phase ${passed} at ${at}, ${at - clock.now() > 0 ? "ahead" : "late"}`);
      passed += 1;
      break;
    }
    case "die":
      process.kill(process.pid, "SIGKILL");
      break;
    case "complain":
      process.stderr.write("something is odd\n");
      break;
    case "fail":
      await link.failed(new RollcallError("disk-full", "The disk is full.", "Free some space."));
      process.exit(1);
      break;
    case "wait-for-drain":
      // It may have come already: an event that is over is not heard again.
      if (!link.stops.drain.aborted) {
        await new Promise((resolve) => link.stops.drain.addEventListener("abort", resolve, { once: true }));
      }
      link.note(`drained, aborted ${link.stops.abort.aborted}`);
      break;
    case "hang":
      // A busy loop: deaf to every message, but not left behind when its parent is gone.
      while (process.ppid === parent);
      break;
    default:
      break;
  }
}
await link.done(link.stops.drain.aborted ? "interrupted" : "complete");
process.exit(0);
