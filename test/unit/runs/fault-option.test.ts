import { describe, expect, it } from "vitest";
import { parseFault } from "../../../src/runs/simulation/fault-option.ts";

describe("fault option", () => {
  it("reads kind, share and milliseconds", () => {
    expect(parseFault("ghost")).toEqual({ kind: "ghost", rate: 1 });
    expect(parseFault("ghost:0.05")).toEqual({ kind: "ghost", rate: 0.05 });
    expect(parseFault("delay:0.5:250")).toEqual({ kind: "delay", rate: 0.5, ms: 250 });
  });

  it.each(["gost", "ghost:2", "ghost:x", "delay:1:soon", "delay:1:2:3", ""])("refuses %j", (text) => {
    expect(() => parseFault(text)).toThrow(/is not kind/);
  });
});
