import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LocalResources } from "../../../src/model/health.ts";
import type { Clock, Progress } from "../../../src/model/ports.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { us } from "../../../src/model/units.ts";
import { createHealthProbe } from "../../../src/record/health-probe.ts";
import { readJournal } from "../../../src/record/journal.ts";
import { startPulse } from "../../../src/record/pulse.ts";
import { createRecorder } from "../../../src/record/recorder.ts";
import { collect, createVirtualTime, header, provisioned } from "./samples.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const RESOURCES: LocalResources = { openFiles: 25, openFilesLimit: 1_024, freePorts: null, ports: 28_232 };

/** Three seconds of run time, each with 10 arrivals of which 9 start; stopped 0.2 s into the fourth. */
async function threeSeconds(): Promise<{ sent: Snapshot[]; journal: string }> {
  const folder = testFolder();
  const time = createVirtualTime(us(-300_000));
  const stop = new AbortController();
  const clock: Clock = {
    now: () => time.now(),
    sleepUntil: async (t, signal) => {
      await time.sleepUntil(t >= 4_000_000 ? us(3_200_000) : t, signal);
      if (t >= 4_000_000) stop.abort();
    },
  };
  const seconds = (): number => Math.max(0, Math.floor(clock.now() / 1_000_000));
  const progress: Progress = {
    get stage() {
      return { kind: "load", phase: 1 } as const;
    },
    get planned() {
      return seconds() * 10;
    },
    get started() {
      return seconds() * 9;
    },
    inFlight: 3,
    held: 0,
    waiting: 0,
    takeLateness: () => us(77),
  };
  const recorder = createRecorder({ folder, shard: { index: 0, count: 1 }, header: header(0, 1), clock });
  recorder.add(provisioned(0));
  const sent: Snapshot[] = [];
  const own = {
    cpu: () => ({ user: 0, system: 0 }),
    memory: () => 1_000,
    resources: () => RESOURCES,
    processors: () => undefined,
  };
  const probe = createHealthProbe({ clock, ...own });
  await startPulse({ clock, probe, progress, recorder, generator: 0, send: (s) => sent.push(s) }, stop.signal);
  await recorder.finish("complete");
  return { sent, journal: join(folder, "journal-0.ndjson") };
}

describe("pulse", () => {
  it("beats on every second, counts each of them, and ends with a last snapshot", async () => {
    const { sent } = await threeSeconds();
    expect(sent.map((snapshot) => snapshot.at)).toEqual([0, 1_000_000, 2_000_000, 3_000_000, 3_200_000]);
    expect(sent[2]?.health).toMatchObject({ phase: 1, planned: 10, started: 9, latenessP99: 77, inFlight: 3 });
    expect(sent.map((snapshot) => snapshot.health === undefined)).toEqual([true, false, false, false, true]);
    expect(sent.at(-1)).toMatchObject({ planned: 30, started: 27, outcomes: { provisioned: 1 } });
  });

  it("keeps each sample in the journal", async () => {
    const { journal } = await threeSeconds();
    const samples = (await collect(readJournal(journal))).filter((line) => line.kind === "health");
    expect(samples).toHaveLength(3);
    for (const { sample } of samples) expect(sample.resources).toEqual(RESOURCES);
  });
});
