import { execFileSync } from "node:child_process";
import process from "node:process";
import { describe, expect, it } from "vitest";
import { engineOptions } from "../../../src/processes/engine-options.ts";

describe("what a generator's Node is started with", () => {
  it("is known to this Node, and holds there", () => {
    const script = "console.log(process.execArgv.length, v8.getHeapStatistics().heap_size_limit > 0)";
    const options = engineOptions(process.versions.node);
    const said = execFileSync(process.execPath, [...options, "--eval", script], { encoding: "utf8" });
    expect(said).toBe(`${options.length + 2} true\n`);
  });

  it("is nothing that a Node might not know on which it was not tried", () => {
    const documented = ["--max-semi-space-size=4"];
    expect(engineOptions("25.0.0")).toEqual(documented);
    expect(engineOptions("242.0.0")).toEqual(documented);
    expect(engineOptions("24.21.0").length).toBeGreaterThan(1);
    expect(engineOptions("22.15.0")).toEqual(engineOptions("24.0.0"));
  });
});
