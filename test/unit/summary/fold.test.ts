import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Misbehaviour } from "../../../src/model/device.ts";
import type { Entry } from "../../../src/model/entry.ts";
import type { Plan } from "../../../src/model/plan.ts";
import type { Summary } from "../../../src/model/summary.ts";
import { seq, us } from "../../../src/model/units.ts";
import { writeSummary } from "../../../src/record/summary-file.ts";
import { foldRun } from "../../../src/summary/fold.ts";
import {
  called,
  type Ending,
  failed,
  goodEntries,
  healthy,
  issued,
  outcome,
  phase,
  rejected,
  replacing,
  samplePlan,
  writeRun,
} from "./sample-run.ts";
import { testFolder } from "../../support/temporary-folder.ts";

async function fold(
  entries: readonly Entry[],
  plan: Plan = samplePlan(),
  ending: Ending = "complete",
): Promise<Summary> {
  return (await foldRun(await writeRun(plan, [{ entries, ending }]))).summary;
}

describe("a good run", () => {
  it("balances, passes and says so", async () => {
    const summary = await fold(goodEntries());
    expect(summary.ledger).toMatchObject({
      planned: 100,
      started: 100,
      provisioned: 100,
      connected: 100,
      imbalances: [],
    });
    expect(summary.validity).toMatchObject({ grade: "valid", warnings: [] });
    expect(summary.verdict).toEqual({
      passed: true,
      exitCode: 0,
      headline: "Passed: 100 of 100 devices provisioned, and every one of them logged in.",
      reasons: [],
    });
    expect(summary.run).toMatchObject({
      state: "complete",
      duration: 60_105_000,
      startedAt: "2026-11-25T03:15:00.000Z",
    });
    expect(summary.run.target.url).toBe("mqtt://127.0.0.1:1883");
  });

  it("has the latencies that its devices had, with intervals where there are samples enough", async () => {
    const entries = goodEntries();
    const slow = Array.from({ length: 10 }, (_, index) => outcome(index * 10, { roundTrip: 50_000 }));
    const { measured } = await fold([...replacing(entries, ...slow), ...slow.map((_, index) => called(index * 10))]);
    const { roundTrip, responseTime, serviceTime, connect, accept, acknowledge, login } = measured.latencies;
    expect(roundTrip.success).toMatchObject({ count: 100, min: 10_000, max: 50_000, mean: 14_000, overflow: 0 });
    const [p50, p90, p95, p99] = roundTrip.success.quantiles;
    expect([p50?.value, p90?.value, p95?.value]).toEqual(
      [10_000, 10_000, 50_000].map((value) => expect.closeTo(value, -2)),
    );
    expect(p50).toMatchObject({ q: 0.5, needs: 6 });
    expect(p99).toEqual({ q: 0.99, value: null, low: null, high: null, needs: 368 });
    expect(responseTime.success.min).toBe(11_000);
    expect(serviceTime.success.min).toBe(11_000);
    expect([connect.success.max, accept.success.max, login.success.max]).toEqual([400, 400, 5_000]);
    expect(acknowledge.success).toMatchObject({ count: 0, min: null, mean: null, max: null });
    expect(measured).toMatchObject({ plannedRate: 10, startedRate: 10, failureRate: 0 });
  });

  it("is a pure function of its folder, to the byte, and needs nothing else", async () => {
    const folder = await writeRun(samplePlan(), [{ entries: goodEntries() }]);
    const folded = await foldRun(folder);
    await writeSummary(folder, folded.summary);
    const first = readFileSync(join(folder, "summary.json"), "utf8");
    await writeSummary(folder, (await foldRun(folder)).summary);
    expect(readFileSync(join(folder, "summary.json"), "utf8")).toBe(first);
    expect(first).not.toMatch(/token-|provision-secret/);
    expect(JSON.parse(first)).toEqual(JSON.parse(JSON.stringify(folded.summary)));
  });

  it("gives histograms for HdrHistogram's own files", async () => {
    const { histograms } = await foldRun(await writeRun(samplePlan(), [{ entries: goodEntries() }]));
    expect(histograms.map(({ name }) => name)).toEqual([
      "roundTrip.success",
      "responseTime.success",
      "serviceTime.success",
      "connect.success",
      "accept.success",
      "login.success",
    ]);
    expect(histograms[0]).toMatchObject({
      startSeconds: 0,
      intervalSeconds: 9.9111,
      encoded: expect.stringMatching(/^HIST/),
    });
  });
});

describe("time-outs", () => {
  it("are recorded at their value, apart from success and together with it", async () => {
    const silent = [3, 4].map((index) => failed(index, "answer-timeout", { unknown: true }));
    const closed = failed(5, "closed-before-answer", { waited: 1_000_000 });
    const summary = await fold(replacing(goodEntries(), ...silent, closed));
    const { roundTrip, responseTime, connect } = summary.measured.latencies;
    expect(roundTrip).toMatchObject({
      timeouts: 2,
      success: { count: 97 },
      withTimeouts: { count: 99, max: 22_000_000 },
    });
    expect(roundTrip.failure).toMatchObject({ count: 3, min: 1_000_000, max: 22_000_000 });
    expect(responseTime.failure.max).toBe(22_001_000);
    expect(connect.failure).toMatchObject({ count: 3, max: 400 });
    expect(connect.timeouts).toBe(0);
    expect(summary.unknown).toEqual({ count: 2, names: ["rc-3", "rc-4"] });
    expect(summary.failures).toEqual([
      { kind: "answer-timeout", count: 2, example: { device: "rc-3", detail: "answer-timeout of 3" } },
      { kind: "closed-before-answer", count: 1, example: { device: "rc-5", detail: "closed-before-answer of 5" } },
    ]);
    expect(summary.measured.failureRate).toBeCloseTo(0.03);
  });

  it("are not praised where no threshold says how many may be", async () => {
    const entries = replacing(goodEntries(), failed(3, "answer-timeout", { unknown: true }));
    const opening = async (plan: Plan): Promise<string | undefined> =>
      (await fold(entries, plan)).verdict.headline.split(":")[0];
    expect(await opening(samplePlan())).toBe("Done, without thresholds");
    const limit = { text: "failureRate < 1", left: "failureRate", operator: "<", right: 1 } as const;
    expect(await opening(samplePlan({ thresholds: [limit] }))).toBe("Passed");
  });

  it("of a connect are no round trips, as their clock never started", async () => {
    const silent = outcome(7, {
      marks: {},
      ended: us(5_700_000),
      result: { state: "failed", kind: "connect-timeout", detail: "", unknown: false },
    });
    const { latencies } = (await fold(replacing(goodEntries(), silent))).measured;
    expect(latencies.connect).toMatchObject({ timeouts: 1, failure: { count: 1, max: 5_000_000 } });
    expect(latencies.roundTrip).toMatchObject({ timeouts: 0, failure: { count: 0 } });
    expect(latencies.responseTime.timeouts).toBe(1);
  });
});

describe("phases", () => {
  const plan = samplePlan({
    phases: [
      phase(0, 40, { name: "warm", warmup: true }),
      phase(40, 60, { shape: { kind: "closed", concurrency: 5 } }),
    ],
  });
  const entries = goodEntries().map((entry): Entry =>
    entry.kind === "outcome" && entry.outcome.seq >= 40 ? { ...entry, outcome: { ...entry.outcome, phase: 1 } } : entry,
  );

  it("keep the warm-up out of the headline, and response time out of closed load", async () => {
    const summary = await fold(entries, plan);
    expect(summary.measured).toMatchObject({ planned: 60, provisioned: 60, plannedRate: null });
    expect(summary.measured.latencies.responseTime.success.count).toBe(0);
    expect(summary.measured.latencies.login.success.count).toBe(60);
    expect(summary.phases.map(({ name, shape, open, warmup }) => [name, shape, open, warmup])).toEqual([
      ["warm", "constant, 10/s", true, true],
      ["steady", "closed, 5 in flight", false, false],
    ]);
    expect(summary.phases[0]?.figures.latencies.responseTime.success.count).toBe(40);
    expect(summary.validity.warnings.join()).toContain("Closed load has no response time");
  });

  it("have a time to usable when each device is called at once", async () => {
    const inline = samplePlan({ rollCall: { ...samplePlan().rollCall, when: "inline" } });
    const { measured } = await fold(goodEntries(), inline);
    expect(measured.latencies.timeToUsable.success).toMatchObject({ count: 100, max: 60_005_000 });
    expect((await fold(goodEntries())).measured.latencies.timeToUsable.success.count).toBe(0);
  });
});

it("counts by the second: arrivals when due, starts when started, answers when ended", async () => {
  const late = outcome(9, { started: us(1_100_000) });
  const slow = outcome(5, { roundTrip: 3_000_000 });
  const { seconds } = await fold(replacing(goodEntries(), late, slow));
  expect(seconds.slice(0, 4).map(({ planned, started, provisioned }) => [planned, started, provisioned])).toEqual([
    [10, 9, 9],
    [10, 11, 10],
    [10, 10, 10],
    [10, 10, 11],
  ]);
  expect(seconds[3]).toMatchObject({ second: 3, roundTripP50: 10_000, roundTripP99: 3_000_000 });
});

describe("drift", () => {
  const drifting = (change: number): Entry[] =>
    replacing(
      goodEntries(),
      ...Array.from({ length: 40 }, (_, i) => outcome(i, { roundTrip: 10_000 * change + i })),
    ).concat(Array.from({ length: 40 }, (_, index) => called(index)));

  it("of more than 10 % between the thirds of a steady phase is warned about", async () => {
    const { warnings } = (await fold(drifting(1.3))).validity;
    expect(warnings).toEqual([expect.stringMatching(/^steady: the last third was 23.* % faster than the first/)]);
  });

  it("of less is not, nor under a load that changes", async () => {
    expect((await fold(drifting(1.05))).validity.warnings).toEqual([]);
    const ramp = phase(0, 100, { shape: { kind: "ramp", from: 5, to: 15, duration: us(1e7) } });
    expect((await fold(drifting(1.3), samplePlan({ phases: [ramp] }))).validity.warnings).toEqual([]);
  });
});

describe("roll call", () => {
  it("that refuses somebody fails with 4, by code name and with the absent by name", async () => {
    const bad = [8, 2].map((index) => called(index, { state: "refused", code: 5, reason: "5 not authorised" }));
    const gone = called(4, { state: "unreachable", kind: "connect-timeout", detail: "nobody" });
    const entries = goodEntries().filter((e) => e.kind !== "roll-call" || ![2, 4, 8].includes(e.entry.seq));
    const summary = await fold([...entries, ...bad, gone]);
    expect(summary.rollCall).toMatchObject({
      called: 100,
      connected: 97,
      refused: [{ code: 5, reason: "5 not authorised", count: 2 }],
      unreachable: [{ kind: "connect-timeout", count: 1, example: "nobody" }],
      absent: ["rc-2", "rc-4", "rc-8"],
      loginsPerSecond: expect.closeTo(100 / 0.105, 3),
    });
    expect(summary.measured.latencies.login).toMatchObject({ timeouts: 1, failure: { count: 3 } });
    expect(summary.verdict.exitCode).toBe(4);
    expect(summary.verdict.reasons[0]).toBe("2 logins refused (5 not authorised: 2)");
  });

  it("is void if a wrong password is let in", async () => {
    const control: Entry = { kind: "negative-control", result: "admitted", detail: "CONNACK 0" };
    const summary = await fold([...goodEntries(), control]);
    expect(summary.rollCall.negativeControl).toBe("admitted");
    expect(summary.verdict).toMatchObject({ exitCode: 4, passed: false });
  });

  it("names devices that share a credential", async () => {
    const entries = goodEntries().map((entry) =>
      entry.kind === "issued" && entry.seq === 9 ? issued(9, "token-3") : entry,
    );
    const summary = await fold(entries);
    expect(summary.rollCall.duplicates).toEqual({ count: 1, groups: [["rc-3", "rc-9"]] });
    expect(summary.verdict.reasons).toEqual(["1 credential issued to more than one device"]);
  });

  it("that is off leaves everybody uncalled, and that is no fault", async () => {
    const off = samplePlan({ rollCall: { ...samplePlan().rollCall, when: "off" } });
    const summary = await fold(
      goodEntries().filter((entry) => entry.kind !== "roll-call"),
      off,
    );
    expect(summary.ledger).toMatchObject({ uncalled: 100, connected: 0, imbalances: [] });
    expect(summary.verdict.headline).toBe("Passed: 100 of 100 devices provisioned, the roll not called.");
  });

  it("adds up what is held", async () => {
    const hold = (stayed: number): Entry => ({
      kind: "hold",
      hold: {
        duration: us(30e6),
        sessions: 50,
        stayed,
        lost: stayed === 50 ? [] : [{ reason: "reset", count: 50 - stayed }],
      },
    });
    const half = (which: number): Entry[] =>
      goodEntries().filter((entry) => {
        if (entry.kind === "outcome") return entry.outcome.seq % 2 === which;
        if (entry.kind === "roll-call") return entry.entry.seq % 2 === which;
        return (
          entry.kind === "claimed" || entry.kind === "health" || (entry.kind === "issued" && entry.seq % 2 === which)
        );
      });
    const folder = await writeRun(samplePlan({ generators: 2 }), [
      { entries: [...half(0), hold(50)] },
      { entries: [...half(1), hold(48)] },
    ]);
    const { rollCall, validity, ledger } = (await foldRun(folder)).summary;
    expect(ledger.imbalances).toEqual([]);
    expect(rollCall.hold).toEqual({ duration: 30e6, sessions: 100, stayed: 98, lost: [{ reason: "reset", count: 2 }] });
    expect(validity.warnings).toEqual(["2 held sessions did not stay connected."]);
  });
});

describe("runs that did not end well", () => {
  it("of a crashed generator: what it did not say is unreported, what it had claimed is unknown, exit 5", async () => {
    const claim: Entry = { kind: "claimed", through: seq(49) };
    const entries = [claim, ...goodEntries().filter((e) => e.kind === "outcome" && e.outcome.seq < 40)];
    const folder = await writeRun(samplePlan(), [{ entries, ending: "crashed" }]);
    const { summary } = await foldRun(folder, { nameOf: (device) => `rc-${device}` });
    expect(summary.run).toMatchObject({ state: "crashed", lostGenerators: [0] });
    expect(summary.ledger).toMatchObject({ planned: 100, started: 40, unreported: 60, uncalled: 40, imbalances: [] });
    expect(summary.unknown).toEqual({ count: 10, names: Array.from({ length: 10 }, (_, i) => `rc-${40 + i}`) });
    expect(summary.verdict).toMatchObject({ exitCode: 5, reasons: ["generator 0 died: 60 devices unreported"] });
    expect((await foldRun(folder)).summary.unknown.names[0]).toBe("device 40");
  });

  it("of a generator that left no journal at all: its share is unreported", async () => {
    const even = goodEntries().filter((entry) => entry.kind !== "outcome" || entry.outcome.seq % 2 === 0);
    const folder = await writeRun(samplePlan({ generators: 2 }), [{ entries: even }, { entries: [] }]);
    rmSync(join(folder, "journal-1.ndjson"));
    const { ledger, run } = (await foldRun(folder)).summary;
    expect(ledger).toMatchObject({ started: 50, unreported: 50 });
    expect(run.lostGenerators).toEqual([1]);
  });

  it("of an interrupted run: 130, with dropped and uncalled, and rates of what fell due", async () => {
    const dropped = Array.from({ length: 50 }, (_, index) =>
      outcome(50 + index, { started: undefined, marks: {}, result: { state: "dropped", reason: "interrupted" } }),
    );
    const summary = await fold(replacing(goodEntries(), ...dropped), samplePlan(), "interrupted");
    expect(summary.ledger).toMatchObject({ planned: 100, started: 50, dropped: 50, connected: 50, imbalances: [] });
    expect(summary.measured).toMatchObject({ planned: 50, failureRate: 0, plannedRate: 10 });
    expect(summary.seconds).toHaveLength(5);
    expect(summary.run.state).toBe("interrupted");
    expect(summary.verdict).toMatchObject({
      exitCode: 130,
      passed: false,
      headline: expect.stringMatching(/^Interrupted: /),
    });
  });

  describe("that lost held sessions", () => {
    const threshold = (text: string, right: number) => ({ text, left: "hold.lost", operator: "<=", right }) as const;
    const lostAll: Entry = {
      kind: "hold",
      hold: { duration: us(30e6), sessions: 100, stayed: 0, lost: [{ reason: "closed by the server", count: 100 }] },
    };
    const verdictWith = async (plan: Partial<Plan>) =>
      (await fold([...goodEntries(), lostAll], samplePlan({ ...plan }))).verdict;

    it("failed the roll call, and say so first", async () => {
      const verdict = await verdictWith({});
      expect(verdict.exitCode).toBe(4);
      expect(verdict.headline).toMatch(
        /^Failed: held sessions were lost \(closed by the server: 100\), .*; 100 of 100 held sessions lost\.$/,
      );
    });

    it("passed where a threshold allows for them, and say so all the same", async () => {
      const verdict = await verdictWith({ thresholds: [threshold("hold.lost <= 100", 100)] });
      expect(verdict.exitCode).toBe(0);
      expect(verdict.headline).toMatch(/^Passed: .*; 100 of 100 held sessions lost\.$/);
    });

    it("missed a threshold that does not", async () => {
      expect((await verdictWith({ thresholds: [threshold("hold.lost <= 99", 99)] })).exitCode).toBe(3);
    });
  });

  it("that provisioned nobody fails, thresholds or not", async () => {
    const all = Array.from({ length: 100 }, (_, index) => failed(index, "connection-refused", { waited: 100 }));
    const { verdict } = await fold(replacing(goodEntries(), ...all));
    expect(verdict).toMatchObject({
      exitCode: 4,
      reasons: ["not one device was provisioned, so that there is nobody to call"],
    });
  });

  it("is no run without a plan, and none of ours with another version", async () => {
    const folder = testFolder();
    await expect(foldRun(folder)).rejects.toMatchObject({ code: "run-folder" });
    writeFileSync(join(folder, "plan.json"), '{"version":7}');
    await expect(foldRun(folder)).rejects.toMatchObject({ code: "file-version" });
  });
});

describe("a ledger that does not balance", () => {
  it.each<[string, (entries: Entry[]) => Entry[], readonly RegExp[]]>([
    [
      "a login of several twice",
      (e) =>
        e.flatMap((x): Entry[] => {
          if (x.kind !== "roll-call" || x.entry.seq !== 5) return [x];
          const first: Entry = { ...x, entry: { ...x.entry, more: 1 } };
          return [first, first, x];
        }),
      [/has 1 line in its journal twice/],
    ],
    ["an outcome twice", (e) => [...e, outcome(3)], [/^planned is 100, but .* is 101$/, /more than one/]],
    [
      "no outcome",
      (e) => e.filter((x) => x.kind !== "outcome" || x.outcome.seq !== 5),
      [/^provisioned/, /no outcome for 1 device/],
    ],
    ["a device of nobody", (e) => [...e, outcome(100)], [/reported 1 device that the plan does not give it/]],
    [
      "a device never called",
      (e) => e.filter((x) => x.kind !== "roll-call" || x.entry.seq !== 5),
      [/^provisioned is 100, but .* is 99$/],
    ],
  ])("says why: %s", async (_, change, problems) => {
    const { ledger, verdict } = await fold(change(goodEntries()));
    expect(ledger.imbalances).toEqual(problems.map((problem) => expect.stringMatching(problem)));
    expect(verdict.exitCode).toBe(5);
  });

  it("says what was added or damaged by hand", async () => {
    const folder = await writeRun(samplePlan(), [{ entries: goodEntries() }]);
    const path = join(folder, "journal-0.ndjson");
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, `${lines.toSpliced(3, 1, '{"kind":').join("\n")}${JSON.stringify(healthy(1))}\n`);
    expect((await foldRun(folder)).summary.ledger.imbalances).toEqual([
      "provisioned is 99, but connected + refused + unreachable + uncalled is 100",
      "generator 0 has no outcome for 1 device, though its journal has its end",
      "generator 0 wrote 211 entries by its footer, 210 are there",
      "generator 0 has 1 line after its footer",
      "generator 0 has 1 damaged line in its journal",
    ]);
  });
});

it("counts refusals that were meant to be as expected, and keeps their times out of the latencies", async () => {
  const twice = misbehaving(rejected(1), "blank-name");
  const kept = misbehaving(outcome(2), "wrong-key");
  const summary = await fold([...replacing(goodEntries(), twice, kept, rejected(3)), called(2)]);
  expect(summary.ledger).toMatchObject({ rejected: 2, expected: 1, undeserved: 1, imbalances: [] });
  // The good one that was refused, and the bad one that was not.
  expect(summary.measured.failureRate).toBeCloseTo(0.02);
  expect(summary.measured.latencies.roundTrip).toMatchObject({ success: { count: 97 }, failure: { count: 1 } });
  expect(summary.rejections).toEqual([
    { status: "FAILURE", count: 2, example: { device: "rc-1", message: "already there" } },
  ]);
});

function misbehaving(entry: Entry, misbehaviour: Misbehaviour): Entry {
  return { kind: "outcome", outcome: { ...outcomeOf(entry), misbehaviour } };
}

function outcomeOf(entry: Entry): Extract<Entry, { kind: "outcome" }>["outcome"] {
  if (entry.kind !== "outcome") throw new Error("not an outcome");
  return entry.outcome;
}
