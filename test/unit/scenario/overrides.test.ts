import { describe, expect, it } from "vitest";
import { load, MINIMAL, mistakes } from "../../support/scenario-text.ts";

const PHASES = `${MINIMAL.replace(/load: .*\n/, "")}load:
  - { name: warm-up, closed: { concurrency: 1 }, devices: 4 }
  - { name: steady, constant: { rate: 5 } }
`;

describe("an override", () => {
  it("replaces, and the later one wins", () => {
    expect(load(MINIMAL, ["fleet.count=20", "fleet.count=30"]).plan.fleet.count).toBe(30);
  });

  it("names a list entry by its index or by its name", () => {
    for (const path of ["load.1", "load[1]", "load.steady"]) {
      const { plan } = load(PHASES, [`${path}.constant.rate=7/s`]);
      expect(plan.phases[1]?.shape).toEqual({ kind: "constant", rate: 7 });
    }
    expect(mistakes(PHASES, ["load.study.devices=1"])).toEqual([
      "--set load.study.devices: load is a list of 2: name an entry by its index from 0, or by its name",
    ]);
  });

  it("unfolds a short form", () => {
    const { plan } = load(`${MINIMAL}rollCall: inline`, ["rollCall.concurrency=7", "target.tls.serverName=tb"]);
    expect(plan.rollCall).toMatchObject({ when: "inline", concurrency: 7 });
    expect(plan.target.tls?.serverName).toBe("tb");
    const mix = load(MINIMAL, ["fleet.credentials=mqtt-basic", "fleet.credentials.fields=[username]"]).plan.fleet.mix;
    expect(mix).toEqual([{ weight: 1, type: "mqtt-basic", fields: ["username"] }]);
  });

  it("without a value takes the field out", () => {
    expect(load(`${MINIMAL}thresholds: [connected == provisioned]`, ["thresholds="]).plan.thresholds).toEqual([]);
    expect(load(MINIMAL, ["load.closed=", "load.burst=true"]).plan.phases[0]?.shape).toEqual({ kind: "burst" });
  });

  it("is text where only text can be", () => {
    const { plan } = load(MINIMAL, ["provisioning.key=007", "provisioning.secret=1e3", "fleet.prefix=0x1f"]);
    expect(plan).toMatchObject({ prefix: "0x1f", provisioning: { key: "007" } });
    expect(plan.provisioning.secret?.reveal()).toBe("1e3");
  });

  it("takes the place of a reference before the environment is read", () => {
    const env = { KEY: undefined, SECRET: undefined };
    const { plan } = load(MINIMAL, ["provisioning.key=k", "provisioning.secret=${OTHER}"], { ...env, OTHER: "o" });
    expect(plan.provisioning).toMatchObject({ key: "k", secretSource: "environment OTHER" });
  });

  it.each([
    ["nonsense", "--set nonsense: write it as path=value"],
    ["=5", "--set : write it as path=value"],
    ["fleet..count=5", "--set fleet..count: write it as path=value"],
    ["fleet=[", "--set fleet: the value is not YAML: put it in quotes"],
    ["fleet=*a", "--set fleet: the value is not YAML: put it in quotes"],
    ["fleet.count.x=5", "--set fleet.count.x: fleet.count is not a mapping, it has no x"],
  ])("%s is refused with the others", (override, message) => {
    expect(mistakes(MINIMAL, [override, "fleet.count=x"])).toEqual([
      expect.stringContaining(message),
      '--set fleet.count is "x": write a whole number of at least 1',
    ]);
  });

  it("does not show its value when it is refused", () => {
    expect(mistakes(MINIMAL, ["provisioning.key.x=hush", "provisioning.secret:hush"]).join()).not.toContain("hush");
  });

  it("stays out of the prototype", () => {
    expect(mistakes(MINIMAL, ["__proto__.count=5"])).toEqual([
      expect.stringContaining("__proto__: there is no such field"),
    ]);
  });
});
