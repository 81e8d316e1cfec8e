import { describe, expect, it } from "vitest";
import { load, MINIMAL, mistakes } from "../../support/scenario-text.ts";

const phases = (...overrides: readonly string[]) => load(MINIMAL, ["fleet={}", ...overrides]).plan.phases;
const timed = "load={closed: {concurrency: 5}, duration: 2s}";

describe("a closed load with a duration", () => {
  it("has at most a thousand devices a second for each in flight, and ten thousand in all", () => {
    expect(phases(timed)).toEqual([
      {
        name: "load",
        warmup: false,
        firstSeq: 0,
        devices: 10_000,
        shape: { kind: "closed", concurrency: 5, duration: 2_000_000 },
      },
    ]);
    expect(phases("load={closed: {concurrency: 200}, duration: 2s}")).toMatchObject([{ devices: 20_000 }]);
    expect(phases("load={closed: {concurrency: 200}, duration: 1ms}")).toMatchObject([{ devices: 200 }]);
    expect(phases("load={closed: {concurrency: 1000}, duration: 200h}")).toMatchObject([{ devices: 100_000_000 }]);
  });

  it("has at most as many as are written, and as the fleet has left or has names", () => {
    expect(phases("load={closed: {concurrency: 5}, duration: 2s, devices: 77}")).toMatchObject([{ devices: 77 }]);
    const two = "load=[{closed: {concurrency: 5}, duration: 2s}, {constant: {rate: 5}, duration: 2s}]";
    expect(phases(two, "fleet.count=50")).toMatchObject([{ devices: 40 }, { devices: 10, firstSeq: 40 }]);
    expect(phases(timed, "fleet.names=[a, b, c]")).toMatchObject([{ devices: 3 }]);
  });

  it("gives way to maxDevices, phase by phase", () => {
    const two = "load=[{closed: {concurrency: 5}, duration: 2s}, {constant: {rate: 5}, duration: 2s}]";
    expect(phases(two, "maxDevices=100")).toMatchObject([{ devices: 90 }, { devices: 10, firstSeq: 90 }]);
    const anew = "fleet={retry: {attempts: 2, sameName: false}}";
    expect(load(MINIMAL, [anew, timed, "maxDevices=100"]).plan.phases).toMatchObject([{ devices: 50 }]);
  });

  it("is another load than one without, and one of another duration", () => {
    const hash = (duration: string): string =>
      load(MINIMAL, ["fleet={}", `load={closed: {concurrency: 5}, devices: 100${duration}}`]).plan.hash;
    expect(new Set([hash(""), hash(", duration: 2s"), hash(", duration: 3s")]).size).toBe(3);
  });

  it("is as much shorter in time, and has as much fewer devices", () => {
    const shape = { kind: "closed", concurrency: 5, duration: 500_000 };
    expect(phases(timed, "shorten.scale=0.25")).toMatchObject([{ devices: 2_500, shape }]);
    expect(phases(timed, "shorten.duration=500ms")).toMatchObject([{ devices: 2_500, shape }]);
    const tiny = "load={closed: {concurrency: 5}, duration: 2s, devices: 1}";
    expect(phases(tiny, "shorten.scale=0.25")).toMatchObject([{ devices: 1, shape }]);
  });

  it.each([
    ["a number of devices to shorten to", [timed, "shorten.devices=5"], "the phase load ends by time"],
    ["devices that are made before", [timed, "provisioning.strategy=pre-provisioned"], "write devices, the most"],
    ["certificates", [timed, "fleet.credentials=x509", "target.tls=true"], "write devices, the most"],
    [
      "certificates of one group",
      [timed, "target.tls=true", "fleet.groups=[{name: a}, {name: b, credentials: x509}]"],
      "write devices, the most",
    ],
    [
      "two without devices, of one fleet",
      ["fleet.count=9", `load=[${timed.slice(5)}, {burst: true}]`],
      "give this one",
    ],
    ["a burst with a duration", ["load={burst: true, duration: 3s}"], "has no duration of its own"],
  ])("is refused for %s", (_, overrides, words) => {
    expect(mistakes(MINIMAL, ["fleet={}", ...overrides]).join("\n")).toContain(words);
  });
});
