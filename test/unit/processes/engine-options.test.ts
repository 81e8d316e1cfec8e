import { execFileSync } from "node:child_process";
import process from "node:process";
import { describe, expect, it } from "vitest";
import { engineOptions } from "../../../src/processes/engine-options.ts";
import { planOf } from "../../support/shard-harness.ts";

const OPEN = planOf("load: { constant: { rate: 100 }, devices: 10 }");
const CLOSED = planOf("load: { closed: { concurrency: 5 } }\nfleet: { count: 10 }");
const PACKAGE = planOf("load: { closed: { concurrency: 5 } }\nfleet: { count: 10 }\ntarget: { client: mqtt }");

describe("what a generator's Node is started with", () => {
  it("is known to this Node", () => {
    for (const plan of [CLOSED, OPEN, PACKAGE]) {
      const options = engineOptions(process.versions.node, plan);
      const said = execFileSync(process.execPath, [...options, "--print", "process.execArgv.length"]);
      expect(Number(said)).toBe(options.length + 2);
    }
  });

  it("is nothing that a Node might not know on which it was not tried", () => {
    for (const version of ["25.0.0", "242.0.0"]) {
      expect(engineOptions(version, CLOSED)).toEqual(["--max-semi-space-size=4"]);
    }
    expect(engineOptions("22.15.0", CLOSED)).toEqual(engineOptions("24.0.0", CLOSED));
  });

  it("has V8 compile early where devices start as fast as they can, and not in the middle of a measured load", () => {
    const early = /invocation/;
    expect(engineOptions("24.0.0", CLOSED).filter((option) => early.test(option))).toHaveLength(3);
    expect(engineOptions("24.0.0", OPEN).filter((option) => early.test(option))).toEqual([]);
    expect(engineOptions("24.0.0", OPEN).length).toBeGreaterThan(1);
  });

  it("has one thread beside that which reads answers, under open load", () => {
    expect(engineOptions("24.0.0", OPEN)).toContain("--v8-pool-size=1");
    expect(engineOptions("25.0.0", OPEN)).toContain("--v8-pool-size=1");
    expect(engineOptions("24.0.0", CLOSED)).not.toContain("--v8-pool-size=1");
  });

  it("has room for what the mqtt package leaves of a device", () => {
    const small = /max-semi-space-size|heap-growing-percent/;
    expect(engineOptions("24.0.0", CLOSED).filter((option) => small.test(option))).toHaveLength(2);
    expect(engineOptions("24.0.0", PACKAGE).filter((option) => small.test(option))).toEqual([]);
    expect(engineOptions("25.0.0", PACKAGE)).toEqual([]);
  });
});
