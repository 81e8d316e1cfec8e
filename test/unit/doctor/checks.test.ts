import { describe, expect, it } from "vitest";
import type { Check } from "../../../src/doctor/check.ts";
import { SECTIONS } from "../../../src/doctor/checks.ts";
import { clientIds } from "../../../src/doctor/checks/client-ids.ts";
import { clock } from "../../../src/doctor/checks/clock.ts";
import { deviceLimit } from "../../../src/doctor/checks/device-limit.ts";
import { queue } from "../../../src/doctor/checks/queue.ts";
import { hostName } from "../../../src/doctor/checks/host-name.ts";
import { rateLimits } from "../../../src/doctor/checks/rate-limits.ts";
import { release } from "../../../src/doctor/checks/release.ts";
import { rollCall } from "../../../src/doctor/checks/roll-call.ts";
import { scenarioWarnings } from "../../../src/doctor/checks/scenario-warnings.ts";
import { timeOuts } from "../../../src/doctor/checks/time-outs.ts";
import { usage } from "../../../src/doctor/checks/usage.ts";
import { warmUp } from "../../../src/doctor/checks/warm-up.ts";
import type { Examination } from "../../../src/doctor/examination.ts";
import { known, unknown } from "../../../src/doctor/fact.ts";
import { administrator, examination } from "../../support/examination.ts";

const shown = (check: Check, seen: Examination): string =>
  check
    .judge(seen)
    .map(({ state, found }) => `${state}: ${found}`)
    .join("\n");

const NO_LIMITS = { messages: undefined, deviceMessages: undefined, gatewayMessages: undefined, rest: undefined };
const BURST_OF = (devices: number) => [`fleet.count=${devices}`, "load={burst: true}", `maxInFlight=${devices}`];

describe("every check", () => {
  it("has a name of its own, short enough for its column", () => {
    const names = SECTIONS.flatMap(({ checks }) => checks.map(({ name }) => name));
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name.length > 16)).toEqual([]);
  });

  it("says how a problem and a warning are solved, and nothing where there is none", () => {
    const bad = examination(["rollCall=off", "timeouts.answer=5s"], {
      usage: known({ devices: 5, maxDevices: 5, transportMessages: 0, maxTransportMessages: 0 }),
    });
    for (const { checks } of SECTIONS) {
      for (const { fix, state } of checks.flatMap((check) => check.judge(bad))) {
        expect(fix === undefined).toBe(state === "ok" || state === "not-checked");
      }
    }
  });
});

describe("rate limits", () => {
  const of = (messages: string, set: readonly string[] = []) =>
    shown(rateLimits, examination(set, { limits: known({ ...NO_LIMITS, messages }) }));

  it("counts a login and its end, and the negative control", () => {
    // 11 logins, 22 messages.
    expect(of("22:600")).toMatch(/^ok/);
    expect(of("21:600")).toMatch(/^problem/);
    // Held sessions do not end before all have come.
    expect(of("11:600", ["rollCall={when: after, hold: 1m}"])).toMatch(/^ok/);
  });

  it("lets a roll call pass that is slower than the bucket fills", () => {
    const many = ["fleet.count=1000"];
    expect(of("20:1", [...many, "rollCall={when: after, rate: 10/s}"])).toMatch(/^ok/);
    expect(of("20:1", [...many, "rollCall={when: after, rate: 11/s}"])).toMatch(/^problem/);
  });

  it("is certain of no more than the logins of one after the other, where no rate is planned", () => {
    // 25 ms a login are 40 a second, or 80 messages.
    expect(of("79:1", ["fleet.count=9000"])).toMatch(/^problem: .*some will be refused/);
    expect(of("80:1", ["fleet.count=9000"])).toMatch(/^warning: .*faster than 40 a second/);
  });

  it("is judged by the tightest of them", () => {
    const check = rateLimits.judge(
      examination(["fleet.count=9000"], { limits: known({ ...NO_LIMITS, messages: "100:1,2000:60" }) }),
    );
    expect(check[0]?.found).toContain("2,000 messages in 60 s");
    expect(check[0]?.fix).toContain("rollCall.rate to 16/s");
  });

  it("looks at gateways by their own", () => {
    const limits = known({ ...NO_LIMITS, deviceMessages: "1:60" });
    expect(shown(rateLimits, examination([], { limits }))).toMatch(/^warning: a device may send 1 message in 60 s/);
    expect(shown(rateLimits, examination(["fleet.gateway=true"], { limits }))).toMatch(/^ok/);
  });

  it("says nothing of other transports, unless there are none", () => {
    const http = ["target.transport=http", "fleet.credentials=access-token"];
    expect(of("5:1", http)).toMatch(/^not-checked/);
    expect(of("", http)).toBe("ok: none");
  });
});

describe("the queue", () => {
  it("is judged by the fastest answer and the workers of the release, and says how far the answers lie apart", () => {
    expect(shown(queue, examination(BURST_OF(3_000)))).toBe(
      "ok: by its answers, 50 ms to 90 ms, and 16 workers, at most 178 to 320 a second: 3,000 at once take 9.4 s or more",
    );
    expect(shown(queue, examination(BURST_OF(4_000)))).toMatch(/^warning: .*4,000 at once take 12.5 s or more/);
    const serial = { administrator: administrator({ version: "3.7" }) };
    expect(shown(queue, examination(BURST_OF(300), serial))).toMatch(/^warning: .*1 worker, at most 11 to 20 a second/);
  });

  it("is no rate by one answer", () => {
    const seen = examination();
    if (!seen.probe.known) throw new Error("no probe");
    const one = { probe: known({ ...seen.probe.value, roundTripsMs: [50] }) };
    expect(shown(queue, examination([], one))).toMatch(/^not-checked: one answer does not tell/);
  });

  it("holds no more than its limit, whatever the server takes", () => {
    expect(shown(queue, examination(BURST_OF(10_001), { probe: unknown("x") }))).toMatch(
      /^warning: 10,001 requests at once/,
    );
    expect(shown(queue, examination(BURST_OF(10_000), { probe: unknown("x") }))).toBe("not-checked: x");
  });

  it("is too slow for a rate", () => {
    const ramp = (to: number) => ["fleet={}", `load={ramp: {from: 1/s, to: ${to}/s, duration: 1m}}`];
    expect(shown(queue, examination(ramp(320)))).toMatch(/^ok/);
    expect(shown(queue, examination(ramp(330)))).toMatch(/^warning: .*330 a second are planned/);
  });

  it("is not judged where nobody tells the release", () => {
    expect(shown(queue, examination([], { administrator: unknown("nobody asked") }))).toMatch(/^not-checked: how many/);
  });
});

describe("the clock", () => {
  const off = (least: number, most: number): Examination => {
    const seen = examination();
    if (!seen.probe.known) throw new Error("no probe");
    return { ...seen, probe: known({ ...seen.probe.value, skew: { least, most } }) };
  };

  it("is as far off as it must be at least", () => {
    expect(shown(clock, off(-30, 40))).toBe("ok: the server's clock and this machine's agree, within 40 ms");
    expect(shown(clock, off(900, 1_200))).toMatch(/^ok/);
    expect(shown(clock, off(1_100, 1_200))).toBe("warning: the server's clock is 1.1 s ahead of this machine's");
    expect(shown(clock, off(-9_000, -5_100))).toMatch(/^problem: the server's clock is 5.1 s behind/);
  });

  it("is read off an answer's Date where no device was made", () => {
    const { examinedAt } = examination();
    const by = (time: number | undefined) =>
      shown(clock, examination([], { probe: unknown("x"), administrator: administrator({ time }) }));
    expect(by(examinedAt)).toMatch(/^ok: .* within 1 s/);
    expect(by(examinedAt - 7_000)).toMatch(/^problem: .* 6 s behind/);
    expect(by(undefined)).toMatch(/^not-checked/);
  });
});

it.each([
  ["3.5.1", "CE", "warning"],
  ["3.6", "CE", "ok"],
  ["4.3.1.3", "CE", "ok"],
  ["4.4.0-SNAPSHOT", "CE", "ok"],
  ["4.3.0-rc", "CE", "ok"],
  ["4.3.1PE", "CE", "warning"],
  ["4.3.1-PE", null, "warning"],
  ["3.5.1-SNAPSHOT", "CE", "warning"],
  ["5.0.0-SNAPSHOT", "CE", "warning"],
  ["latest", "CE", "warning"],
  ["4.10", "CE", "warning"],
  ["4.2.1", "PE", "warning"],
  ["3.6.4", null, "ok"],
])("knows the releases 3.6 to 4.4 of the Community Edition: %s %s", (version, edition, state) => {
  expect(release.judge(examination([], { administrator: administrator({ version, edition }) }))[0]?.state).toBe(state);
});

it("does not name an edition that the server does not tell", () => {
  const seen = examination([], { administrator: administrator({ version: "3.6.4", edition: null }) });
  expect(shown(release, seen)).toBe("ok: ThingsBoard 3.6.4, one that rollcall knows");
});

it("adds the run's devices to those that are there", () => {
  const of = (devices: number, set: readonly string[] = []) =>
    shown(
      deviceLimit,
      examination(set, { usage: known({ devices, maxDevices: 20, transportMessages: 0, maxTransportMessages: 0 }) }),
    );
  expect(of(10)).toMatch(/^ok/);
  expect(of(11)).toContain("of the run's 10, 1 will be answered FAILURE");
  expect(of(20, ["provisioning.strategy=pre-provisioned"])).toMatch(/^ok/);
});

it("counts what is left of the month's messages", () => {
  const of = (used: number) =>
    shown(
      usage,
      examination([], {
        usage: known({ devices: 0, maxDevices: 0, transportMessages: used, maxTransportMessages: 100 }),
      }),
    );
  expect(of(78)).toMatch(/^ok/);
  expect(of(79)).toBe("problem: 21 of 100 messages of this month are left, the roll call needs 22");
  expect(shown(usage, examination([], { transportState: known("WARNING") }))).toMatch(/^warning/);
});

describe("the scenario's own traps", () => {
  it.each([
    ["no warm-up", warmUp, [], "warning"],
    ["a warm-up", warmUp, ["load=[{warmup: true, devices: 5, burst: true}, {burst: true}]"], "ok"],
    ["a time-out below the server's", timeOuts, ["timeouts.answer=20s"], "warning"],
    ["a time-out above it", timeOuts, ["timeouts.answer=21s"], "ok"],
    ["no roll call", rollCall, ["rollCall=off"], "warning"],
    ["no negative control", rollCall, ["rollCall={negativeControl: false}"], "warning"],
  ] as const)("%s", (_, check, set, state) => {
    expect(check.judge(examination(set)).map((finding) => finding.state)).toEqual([state]);
  });

  it("client ids that MQTT 3.1 does not take", () => {
    const of = (length: number, set: readonly string[]) =>
      shown(
        clientIds,
        examination(set, { scenario: { warnings: [], freshNames: true, longestClientId: "c".repeat(length) } }),
      );
    expect(of(24, ["target.mqttVersion=3.1"])).toMatch(/^problem: c{24} has 24 characters/);
    expect(of(23, ["target.mqttVersion=3.1"])).toMatch(/^ok/);
    expect(of(24, [])).toBe("");
  });

  it("what loading it warned of", () => {
    const scenario = { warnings: ["one", "two"], freshNames: true, longestClientId: undefined };
    expect(shown(scenarioWarnings, examination([], { scenario }))).toBe("warning: one\nwarning: two");
  });
});

it.each([
  [["10.0.0.1", "10.0.0.2"], "warning"],
  [["10.0.0.1", "fd00::1"], "warning"],
  [["10.0.0.1"], "ok"],
  [["::1", "127.0.0.1"], "ok"],
])("a host name with several addresses is warned of, as all load goes to one: %j", (addresses, state) => {
  const [finding] = hostName.judge(examination([], { name: known({ kind: "found", addresses, ms: 1 }) }));
  expect(finding?.state).toBe(state);
});
