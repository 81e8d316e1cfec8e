import { homedir } from "node:os";
import process from "node:process";
import { EXIT } from "../model/error.ts";
import { createHealthProbe } from "../record/health-probe.ts";
import { readProcessorTimes } from "../runs/machine/processor-times.ts";
import { connectToParent } from "../workers/parent-link.ts";
import { openParentChannel } from "../workers/parent-channel.ts";
import { generate } from "./generate.ts";
import { monotonic } from "./monotonic.ts";
import { openProcessorWait } from "./processor-wait.ts";

/** Entry of a generator's process: one shard of the plan, on an event loop of its own. */

/** After the parent is gone the files are finished; no socket that will not close may keep an orphan alive. */
const ORPHAN_GRACE_MS = 10_000;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // Only the parent decides what a signal means; it tells over the pipe.
  process.on(signal, () => undefined);
}
process.once("disconnect", () => {
  setTimeout(() => process.exit(EXIT.bug), ORPHAN_GRACE_MS).unref();
});

const link = connectToParent(openParentChannel(process));
link.onBlock((ms) => {
  const until = monotonic() + BigInt(ms) * 1_000_000n;
  while (monotonic() < until);
});
try {
  const state = await generate(link, {
    variables: process.env,
    home: homedir(),
    openProbe: (of) =>
      createHealthProbe({
        ...of,
        cpu: () => process.cpuUsage(),
        memory: () => process.memoryUsage.rss(),
        processors: () => readProcessorTimes(),
      }),
    waited: openProcessorWait(),
    atExit: (finish) => void process.once("exit", finish),
  });
  await link.done(state);
  process.exit(EXIT.pass);
} catch (error) {
  await link.failed(error);
  process.exit(EXIT.bug);
}
