import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { load, MINIMAL, mistakes } from "../../support/scenario-text.ts";

const scenarios = new URL("../../../scenarios/", import.meta.url);
const text = (name: string): string =>
  readFileSync(new URL(name, scenarios), "utf8").replaceAll("ROLLCALL_PROVISION_", "");

/** The only mistake, without its place. */
const one = (scenario: string, overrides: readonly string[]): string =>
  mistakes(scenario, overrides)
    .join("\n")
    .replace(/^\S*(?:--set|\d+:\d+) /, "");

const devicesOf = (scenario: string, overrides: readonly string[]) =>
  load(scenario, overrides).plan.phases.map(({ devices }) => devices);

describe("a shorter load", () => {
  it("is a tenth of the time at the same rates", () => {
    const { plan } = load(text("ramp.yaml"), ["shorten.scale=0.1"]);
    expect(plan.phases).toMatchObject([
      { devices: 780, shape: { kind: "ramp", from: 10, to: 250, duration: 6_000_000 } },
    ]);
    expect(plan.fleet.count).toBe(780);
  });

  it("has so many devices, to the device, each phase its part of them", () => {
    expect(devicesOf(text("ramp.yaml"), ["shorten.devices=601"])).toEqual([601]);
    expect(devicesOf(text("quickstart.yaml"), ["shorten.devices=17"])).toEqual([10, 7]);
    expect(devicesOf(text("quickstart.yaml"), ["shorten.devices=2"])).toEqual([1, 1]);
    expect(load(text("quickstart.yaml"), ["shorten.devices=17"]).plan.phases.map(({ firstSeq }) => firstSeq)).toEqual([
      0, 10,
    ]);
  });

  it("takes so long, and phases without a time of their own get as much less", () => {
    expect(devicesOf(text("ramp.yaml"), ["shorten.duration=30s"])).toEqual([3900]);
    expect(devicesOf(text("quickstart.yaml"), ["shorten.duration=700ms"])).toEqual([100, 70]);
  });

  it("is another plan, and one of scale 1 the same", () => {
    const whole = load(text("ramp.yaml")).plan;
    expect(load(text("ramp.yaml"), ["shorten.scale=1"]).plan).toMatchObject({ hash: whole.hash, phases: whole.phases });
    expect(load(text("ramp.yaml"), ["shorten.scale=0.5"]).plan.hash).not.toBe(whole.hash);
  });

  it("can be made of every scenario that rollcall brings along", () => {
    const names = readdirSync(scenarios).filter((name) => name.endsWith(".yaml") && name !== "x509-chain.yaml");
    for (const name of names) {
      const whole = load(text(name)).plan.fleet.count;
      const { fleet } = load(text(name), ["shorten.scale=0.1"]).plan;
      expect(Math.abs(fleet.count - whole / 10)).toBeLessThan(2);
      expect(load(text(name), ["shorten.devices=10"]).plan.fleet.count).toBe(10);
    }
  });

  it("is refused where nobody could say what is meant", () => {
    expect(one(MINIMAL, ["shorten.scale=0.1", "shorten.devices=3"])).toBe(
      "shorten: give one of scale, devices and duration; it has scale and devices",
    );
    expect(one(MINIMAL, ["shorten.duration=30s"])).toBe(
      "shorten.duration: a burst, or a closed load without a duration, lasts as long as the server takes: use scale or devices",
    );
    expect(one(text("quickstart.yaml"), ["shorten.devices=1"])).toBe(
      "shorten.devices: the load has 2 phases, and each needs a device: write at least 2",
    );
  });
});
