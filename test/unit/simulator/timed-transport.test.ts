import { expect, it } from "vitest";
import { createQueuedTransport } from "../../../src/simulator/timing/queued-transport.ts";
import { createRandom } from "../../../src/simulator/timing/random.ts";
import { PRESETS } from "../../../src/simulator/timing/service-model.ts";
import { timedTransport } from "../../../src/simulator/timing/transport-api.ts";
import { VERSIONS } from "../../../src/simulator/core/version-table.ts";
import { createVirtualTimers } from "./virtual-timers.ts";

it("notes how long each answered provision request took, queueing included, in the order of the answers", () => {
  const timers = createVirtualTimers();
  const [traits] = VERSIONS.slice(-1);
  if (traits === undefined) throw new Error("no version");
  const fixed = { kind: "fixed", ms: 30 } as const;
  const service = { ...PRESETS.instant(), cores: 1, workers: 16, provision: fixed };
  const queued = createQueuedTransport({ service, traits, timers, random: createRandom(1) });
  const times: number[] = [];
  const transport = timedTransport(queued, timers, times);
  const answers: unknown[] = [];
  const ask = (kind: "provision" | "login", answer: string | undefined): void =>
    transport.ask(
      kind,
      () => answer,
      (settled) => answers.push(settled),
      () => undefined,
    );
  ask("provision", "first");
  ask("provision", "second");
  ask("login", "of no interest");
  ask("provision", undefined);
  timers.advanceTo(60_000);
  expect(answers).toEqual(["first", "of no interest", "second", undefined]);
  expect(times).toEqual([30, 60]);
});
