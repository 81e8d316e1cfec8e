import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerClock, createRemoteClock } from "../../../src/workers/bus/clock-service.ts";
import { type Bus, openBus } from "../../../src/workers/bus/connection.ts";
import { natsPrograms, type NatsServer, startNats } from "../../support/nats-server.ts";
import { type Relay, startRelay } from "../../support/relay.ts";

/** ROLLCALL_CLOCK_TRIALS=200 is the full proof. */
const TRIALS = Number(process.env["ROLLCALL_CLOCK_TRIALS"] ?? 12);
const FOREVER = new AbortController().signal;
const MS = 1_000_000n;

/** Nanoseconds; a clock that is `offset` ahead, and goes `ppm` too fast from `since` on. */
function clockOf(offset: bigint, ppm: bigint): () => bigint {
  const since = process.hrtime.bigint();
  return () => {
    const now = process.hrtime.bigint();
    return now + offset + ((now - since) * ppm) / 1_000_000n;
  };
}

it.skipIf(natsPrograms.length > 0)("SKIPPED, no nats-server here (Debian: apt install nats-server)", () =>
  expect(natsPrograms).not.toEqual([]),
);

for (const program of natsPrograms) {
  describe(`the offset of two clocks over nats-server ${program.version}`, () => {
    let server: NatsServer;
    let relay: Relay;
    let here: Bus;
    let there: Bus;
    beforeAll(async () => {
      server = await startNats(program);
      relay = await startRelay({ host: "127.0.0.1", port: server.port });
      here = await openBus({ url: server.url }, "coordinator", undefined);
      there = await openBus({ url: `nats://127.0.0.1:${relay.port}` }, "worker", undefined);
    });
    afterAll(async () => {
      await Promise.all([here.close(), there.close()]);
      await relay[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    });

    it.each([
      ["10 ms each way", 10, 10],
      ["20 ms to the coordinator and none back", 20, 0],
      ["none to the coordinator and 20 ms back", 0, 20],
      ["no delay but the machine's own", 0, 0],
    ])(
      `is within its bound in each of ${TRIALS} trials, with %s, whatever it is and however they drift`,
      async (_what, to, from) => {
        relay.delay(to, from);
        for (let trial = 0; trial < TRIALS; trial += 1) {
          const run = `t${to}-${from}-${trial}`;
          const offset = BigInt(trial - TRIALS / 2) * 7_919n * MS;
          const drift = BigInt((trial % 5) - 2) * 200n;
          const over = new AbortController();
          answerClock(here, run, clockOf(0n, 0n), over.signal);
          await here.nats.flush();
          const own = clockOf(offset, drift);
          const clock = createRemoteClock(there, run, own);
          const began = own();
          await clock.measure(FOREVER);
          const reference = process.hrtime.bigint();
          const now = own();
          const found = clock.estimator.at(now);
          over.abort();
          if (found === undefined) throw new Error("no exchange was answered");
          const truth = now - reference;
          const error = found.offset > truth ? found.offset - truth : truth - found.offset;
          // The two readings of the test itself are not of one instant: a microsecond or a few.
          expect(error).toBeLessThanOrEqual(found.bound + 50_000n);
          // Half the fastest round trip, and 1,000 parts in a million of the time since the first question: no more.
          expect(found.bound).toBeLessThanOrEqual(clock.fastest / 2n + (now - began) / 1_000n + 3n);
          expect(clock.fastest).toBeGreaterThan(BigInt(to + from - 1) * MS);
        }
      },
    );
  });
}

const canShiftClocks = spawnSync("unshare", ["--time", "--monotonic", "5", "true"]).status === 0;

it.skipIf(!canShiftClocks)("the shifted clock of another time namespace is another machine's clock", () => {
  const { stdout } = spawnSync(
    "unshare",
    ["--time", "--monotonic", "100000", process.execPath, "-p", "process.hrtime.bigint().toString()"],
    { encoding: "utf8" },
  );
  const ahead = BigInt(stdout.trim()) - process.hrtime.bigint();
  expect(Number(ahead / MS)).toBeGreaterThan(99_000_000 - 60_000);
});
