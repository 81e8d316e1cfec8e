import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/model/plan.ts";
import { parseThreshold, QUANTITIES } from "../../../src/scenario/thresholds.ts";
import { measure } from "../../../src/summary/quantities.ts";
import { goodRun } from "../../support/summaries.ts";
import { load, MINIMAL, mistakes } from "../../support/scenario-text.ts";

describe("a threshold", () => {
  it.each([
    ["roundTrip.p99 < 500ms", { left: "roundTrip.p99", operator: "<", right: 500_000 }],
    ["roundTrip.p99.9<=1.5s", { left: "roundTrip.p99.9", operator: "<=", right: 1_500_000 }],
    ["failureRate < 0.1%", { left: "failureRate", operator: "<", right: 0.001 }],
    ["failureRate == 0", { left: "failureRate", operator: "==", right: 0 }],
    ["connected == provisioned", { left: "connected", operator: "==", right: "provisioned" }],
    ["startedRate >= 6000/m", { left: "startedRate", operator: ">=", right: 100 }],
    ["hold.lost != 3", { left: "hold.lost", operator: "!=", right: 3 }],
    [" steady : login.max > 2s ", { left: "steady:login.max", operator: ">", right: 2_000_000 }],
    ["a b:roundTrip.p50 < c:roundTrip.p50", { left: "a b:roundTrip.p50", operator: "<", right: "c:roundTrip.p50" }],
  ])("%s", (text, parsed) => {
    expect(parseThreshold(text)).toEqual({ text: text.trim(), ...parsed });
  });

  it.each([
    ["connected = provisioned", "write a quantity, a comparison and a limit"],
    ["roundTrip.p99", "write a quantity, a comparison and a limit"],
    ["roundTrip.p99 < 1s < 2s", "write a quantity, a comparison and a limit"],
    ["roundtrip.p99 < 1s", "there is no quantity roundtrip.p99; did you mean roundTrip.p99?"],
    ["roundTrip.p98 < 1s", "there is no quantity roundTrip.p98; did you mean roundTrip.p90?"],
    ["conected == 3", "did you mean connected?"],
    ["connected == provisionned", "there is no quantity provisionned; did you mean provisioned?"],
    ["roundTrip.p99 < 500", "500 is no limit for roundTrip.p99: write a duration with its unit, 500ms"],
    ["roundTrip.p99 < fast", "fast is no limit for roundTrip.p99"],
    ["failureRate < 200%", "200% is no limit for failureRate: write a share, 0.1%"],
    ["startedRate > -1", "write a rate, 100/s"],
    ["connected == 1.5", "write a whole number, 0"],
    ["failureRate < roundTrip.p99", "failureRate is a share and roundTrip.p99 a time: they cannot be compared"],
    ["steady:connected == 3", "connected is of the whole run: leave steady: out"],
    ["connected == steady:provisioned", "provisioned is of the whole run: leave steady: out"],
  ])("%s is refused", (text, message) => {
    expect(parseThreshold(text)).toContain(message);
  });

  it("names only what a summary measures, and with a phase only what it measures of one", () => {
    const summary = goodRun();
    const phase = summary.phases[0]?.name ?? "";
    expect(QUANTITIES.length).toBeGreaterThan(100);
    for (const name of QUANTITIES) {
      expect([name, measure(summary, name)]).not.toEqual([name, undefined]);
      const ofPhase = typeof parseThreshold(`${phase}:${name} == ${phase}:${name}`) === "object";
      expect([name, measure(summary, `${phase}:${name}`) !== undefined]).toEqual([name, ofPhase]);
    }
  });
});

describe("a threshold that no run can meet", () => {
  const OPEN = "load={constant: {rate: 5}}";

  it.each<[string, string, readonly string[]]>([
    ["timeToUsable.p50 < 1s", "timeToUsable is measured with rollCall: inline only", []],
    ["lode:roundTrip.p50 < 1s", "there is no phase lode; did you mean load?", []],
    ["roundTrip.p50 < lode:roundTrip.p50", "there is no phase lode; did you mean load?", []],
    ["hold.lost == 0", "hold.lost needs a rollCall.hold", []],
    ["connected == provisioned", "connected needs a roll call, and rollCall is off", ["rollCall=off"]],
    ["provisioned == connected", "connected needs a roll call, and rollCall is off", ["rollCall=off"]],
    ["login.max < 1s", "login.max needs a roll call, and rollCall is off", ["rollCall=off"]],
    ["responseTime.p50 < 1s", "does not exist under closed load", []],
    ["plannedRate > 1", "closed load has no planned rate", []],
  ])("%s is a mistake", (threshold, message, overrides) => {
    expect(mistakes(MINIMAL, [`thresholds=["${threshold}"]`, ...overrides])).toEqual([
      expect.stringContaining(message),
    ]);
  });

  it.each<[string, readonly string[]]>([
    ["timeToUsable.p50 < 1s", ["rollCall=inline"]],
    ["load:roundTrip.p50 < 1s", []],
    ["hold.lost == 0", ["rollCall.hold=1s"]],
    ["duplicates == 0", ["rollCall=off"]],
    ["responseTime.p50 < 1s", [OPEN]],
    ["plannedRate > 1", [OPEN]],
  ])("%s is none where it can be met", (threshold, overrides) => {
    const { plan }: { readonly plan: Plan } = load(MINIMAL, [`thresholds=["${threshold}"]`, ...overrides]);
    expect(plan.thresholds).toEqual([parseThreshold(threshold)]);
  });
});

describe("a threshold that may stop the run", () => {
  const thresholds = (value: string) => load(MINIMAL, [`thresholds=${value}`]).plan.thresholds;

  it("is a mapping, with or without abort, or a text as before", () => {
    const parsed = { text: "failureRate < 10%", left: "failureRate", operator: "<", right: 0.1 };
    expect(thresholds('["failureRate < 10%"]')).toEqual([parsed]);
    expect(thresholds("[{ threshold: failureRate < 10% }]")).toEqual([parsed]);
    expect(thresholds("[{ threshold: failureRate < 10%, abort: true }]")).toEqual([{ ...parsed, abort: { delay: 0 } }]);
    expect(thresholds("[{ threshold: failureRate < 10%, abort: true, delay: 10s }]")).toEqual([
      { ...parsed, abort: { delay: 10_000_000 } },
    ]);
  });

  it.each([
    [
      "[{ threshold: failureRat < 10% }]",
      'thresholds[0].threshold is "failureRat < 10%": there is no quantity failureRat; did you mean failureRate?',
    ],
    [
      '["failureRat < 10%"]',
      'thresholds[0] is "failureRat < 10%": there is no quantity failureRat; did you mean failureRate?',
    ],
    ["[{ threshold: failureRate < 10%, abortOnFail: true }]", "thresholds[0].abortOnFail: there is no such field"],
    ["[{ threshold: failureRate < 10%, abort: soon }]", 'thresholds[0].abort is "soon": write true or false'],
    ["[{ threshold: failureRate < 10%, abort: true, delay: soon }]", 'thresholds[0].delay is "soon": write a duration'],
    [
      "[{ threshold: failureRate < 10%, delay: 1s }]",
      "thresholds[0].delay is 1s: a delay is for a threshold that stops the run",
    ],
    ["[{ abort: true }]", "thresholds[0].threshold: this field is missing"],
    ["[7]", "thresholds[0] is 7: put it in quotes"],
    [
      "[{ threshold: connected == provisioned, abort: true }]",
      "connected is not known while the run goes on; abort is for failureRate",
    ],
    ["[{ threshold: login.p99 < 1s, abort: true }]", "login.p99 is not known while the run goes on"],
    ["[{ threshold: roundTrip.p50 > 1s, abort: true }]", "with > it would be missed as soon as the run begins"],
    ["[{ threshold: failed < rejected, abort: true }]", "rejected changes while the run goes on"],
  ])("%s is refused", (value, mistake) => {
    expect(mistakes(MINIMAL, [`thresholds=${value}`])).toEqual([expect.stringContaining(mistake)]);
  });
});
