import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EXIT, RollcallError } from "../../../src/model/error.ts";
import { describePlan } from "../../../src/scenario/describe.ts";
import { scenarioJsonSchema } from "../../../src/scenario/json-schema.ts";
import { load, MINIMAL } from "../../support/scenario-text.ts";

const scenarios = new URL("../../../scenarios/", import.meta.url);

/** The mistakes of a scenario, one line each; throws if there are none. */
function mistakes(text: string, overrides: readonly string[] = []): readonly string[] {
  try {
    load(text, overrides);
  } catch (error) {
    if (!(error instanceof RollcallError && error.exitCode === EXIT.usage)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
  throw new Error("the scenario has no mistake");
}

describe("a plan", () => {
  it("has every default resolved", () => {
    const { plan, warnings } = load(MINIMAL);
    expect(warnings).toEqual([]);
    expect(plan).toMatchObject({
      name: "minimal",
      runId: "abc123",
      prefix: "rcabc123",
      target: { transport: "mqtt", host: "127.0.0.1", port: 1883, mqttVersion: "3.1.1", tls: undefined },
      provisioning: { strategy: "allow-create", key: "the-key", secretSource: "environment SECRET" },
      fleet: { count: 10, seed: 1, names: { from: "pattern", pattern: "{prefix}-{seq:6}" } },
      phases: [{ name: "load", warmup: false, firstSeq: 0, devices: 10, shape: { kind: "closed", concurrency: 2 } }],
      maxInFlight: 10_000,
      rollCall: { when: "after", concurrency: 100, hold: 0, keepAliveSeconds: 60, negativeControl: true },
      timeouts: { connect: 10_000_000, accept: 10_000_000, answer: 22_000_000, login: 22_000_000 },
      thresholds: [],
      generators: "auto",
    });
    expect(plan.provisioning.secret.reveal()).toBe("the-secret");
  });

  it("is frozen to its depths", () => {
    const { plan } = load(MINIMAL);
    expect(Object.isFrozen(plan)).toBe(true);
    expect(Object.isFrozen(plan.phases[0]?.shape)).toBe(true);
    expect(Object.isFrozen(plan.fleet.mix)).toBe(true);
  });

  it("has a hash of what is asked, not of where, who and how it is judged", () => {
    const hash = load(MINIMAL).plan.hash;
    const same = [
      "target.host=10.0.0.1",
      "target.port=1",
      "provisioning.key=x",
      "fleet.prefix=y",
      "generators=3",
      "thresholds=[failureRate < 1%]",
      "name=other",
    ];
    for (const override of same) expect(load(MINIMAL, [override]).plan.hash).toBe(hash);
    const other = [
      "fleet.count=11",
      "fleet.seed=2",
      "load.closed.concurrency=3",
      "target.mqttVersion=5",
      "rollCall=off",
    ];
    for (const override of other) expect(load(MINIMAL, [override]).plan.hash).not.toBe(hash);
  });

  it("takes secrets from a file", () => {
    const { plan, warnings } = load(MINIMAL, ["provisioning.secret={file: secret.txt}"]);
    expect(plan.provisioning.secret.reveal()).toBe("from-a-file");
    expect(plan.provisioning.secretSource).toBe("file secret.txt");
    expect(warnings).toEqual([]);
  });

  it("warns of a secret in the scenario itself, without showing it", () => {
    const { warnings } = load(MINIMAL, ["provisioning.secret=hush"]);
    expect(warnings).toHaveLength(1);
    expect(warnings.join()).not.toContain("hush");
  });

  it("never shows a secret when it is described or printed", () => {
    const { plan } = load(MINIMAL);
    expect(describePlan(plan)).toContain('secret: "[redacted]"');
    expect(describePlan(plan) + JSON.stringify(plan)).not.toContain("the-secret");
  });

  it("reads names from a file, one a line", () => {
    const { plan } = load(MINIMAL, ["fleet={names: {file: names.txt}, count: 3}"]);
    expect(plan.fleet.names).toEqual({ from: "list", names: ["a", "b", "c"] });
  });
});

describe("the number of devices", () => {
  const phases = (text: string) => load(`name: x\nprovisioning: { key: k, secret: s }\n${text}`).plan.phases;

  it("of a timed rate is rate times duration", () => {
    expect(phases("load: { constant: { rate: 50/s }, duration: 90s }")[0]?.devices).toBe(4_500);
    expect(phases("load: { poisson: { rate: 60/m }, duration: 2m }")[0]?.devices).toBe(120);
  });

  it("of a ramp follows from its shape", () => {
    expect(phases("load: { ramp: { from: 0, to: 100/s, duration: 10s } }")[0]?.devices).toBe(500);
  });

  it("of one phase may be the rest of the fleet", () => {
    const [first, second] = phases(
      "fleet: { count: 100 }\nload: [{ closed: { concurrency: 5 } }, { constant: { rate: 10 }, duration: 3s }]",
    );
    expect(first).toMatchObject({ name: "phase 1", firstSeq: 0, devices: 70 });
    expect(second).toMatchObject({ name: "phase 2", firstSeq: 70, devices: 30 });
  });

  it("grows with --set fleet.count", () => {
    expect(load(MINIMAL, ["fleet.count=50000"]).plan.phases[0]?.devices).toBe(50_000);
  });
});

describe("mistakes", () => {
  it("are reported all at once, in the order of the file, each with its place and its fix", () => {
    expect(
      mistakes(`name: bad run
target:
  hots: x
  port: 99999
provisioning:
  key: k
  secret: s
fleet:
  cout: 3
load:
  constant: { rate: fast }
  duration: 10 parsecs
thresholds: ["roundTrip.p98 < 3s"]
`),
    ).toEqual([
      '1:1  name is "bad run": use letters, digits, dot, dash and underscore',
      "3:3  target.hots: there is no such field; did you mean host?",
      "4:3  target.port is 99999: write a port number from 1 to 65535",
      "9:3  fleet.cout: there is no such field; did you mean count?",
      '11:15  load.constant.rate is "fast": write a rate above 0: 100/s, 600/m, or a number a second',
      '12:3  load.duration is "10 parsecs": write a duration above 0: 500ms, 30s, 5m, or a number of seconds',
      '13:14  thresholds[0] is "roundTrip.p98 < 3s": there is no quantity roundTrip.p98; did you mean roundTrip.p90?',
    ]);
  });

  it.each([
    ["an unset variable", "fleet.seed=${NOPE}", "NOPE is not set"],
    ["two shapes", "load.burst=true", "it has closed and burst"],
    ["a fleet that the load does not use up", "load.devices=4", "the load uses 4 devices"],
    ["names that are all the same", "fleet.name=meter", "put {seq} into it"],
    ["an unknown placeholder", "fleet.name='{seq}-{host}'", "{host} is not known"],
    ["a name that ThingsBoard refuses", "fleet.name=<{seq}>", "ThingsBoard refuses"],
    ["too few names", "fleet.names=[a, b]", "give as many names"],
    ["a file that is not there", "fleet.names={file: nope.txt}", "cannot be read"],
    ["shares above one", "fleet.misbehaviours={wrong-key: 60%, wrong-secret: 60%}", "must not exceed 100 %"],
    ["a cap below the concurrency", "maxInFlight=1", "write at least that"],
    ["certificates without TLS", "fleet.credentials=x509", "set target.tls"],
    ["time to usable without inline", "thresholds=[timeToUsable.p99 < 1s]", "rollCall: inline only"],
    ["a threshold of another phase", "thresholds=['x:roundTrip.p99 < 1s']", "there is no phase x"],
    ["a limit without its unit", "thresholds=[roundTrip.p99 < 500]", "a duration with its unit"],
    ["an admin without a way in", "admin={url: http://127.0.0.1:8080}", "username and password, or apiKey"],
    ["a closed load with a duration", "load.duration=3s", "has no duration of its own"],
  ])("name %s", (_what, override, fix) => {
    expect(mistakes(MINIMAL, [override]).join("\n")).toContain(fix);
  });

  it("count an unset variable once", () => {
    expect(mistakes(MINIMAL, ["fleet.seed=${NOPE}"])).toHaveLength(1);
  });

  it("never show a secret", () => {
    const text = mistakes(MINIMAL, ["provisioning.secret=[hush]", "admin={url: 3, password: hush}"]).join("\n");
    expect(text).toContain("[redacted]");
    expect(text).not.toContain("hush");
  });

  it("of an override do not show its value", () => {
    expect(() => load(MINIMAL, ["provisioning.key.x=hush"])).toThrow(
      expect.objectContaining({ code: "bad-override", message: expect.not.stringContaining("hush") }),
    );
  });

  it("include text that is not YAML", () => {
    expect(mistakes("name: [a\n b: c")[0]).toContain("not YAML at 1:8");
  });
});

describe("the published scenarios", () => {
  const files = readdirSync(scenarios).filter((name) => name.endsWith(".yaml"));

  it("are there", () => expect(files.length).toBeGreaterThanOrEqual(7));

  it.each(files)("%s is valid, without a warning, and names its schema", (file) => {
    const text = readFileSync(new URL(file, scenarios), "utf8");
    const overrides = ["provisioning.key=${KEY}", "provisioning.secret=${SECRET}"];
    const { plan, warnings } = load(text, overrides);
    expect(warnings).toEqual([]);
    expect(`${plan.name}.yaml`).toBe(file);
    expect(text.startsWith("# yaml-language-server: $schema=./scenario.schema.json\n")).toBe(true);
  });

  it("have the schema that `rollcall schema` prints", () => {
    const committed = JSON.parse(readFileSync(new URL("scenario.schema.json", scenarios), "utf8")) as unknown;
    expect(committed).toEqual(JSON.parse(JSON.stringify(scenarioJsonSchema())));
  });
});
