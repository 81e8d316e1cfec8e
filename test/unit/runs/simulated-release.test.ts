import { expect, it } from "vitest";
import { unknownSimulated } from "../../../src/runs/aim/aimed.ts";
import { rollcallInProcess } from "../../support/in-process.ts";

it("a release that nobody knows is said to be so by its simulator", () => {
  expect(unknownSimulated(undefined)).toEqual([]);
  expect(unknownSimulated("4.4.0-SNAPSHOT")).toEqual([]);
  expect(unknownSimulated("5.0-rc")).toEqual([
    "rollcall does not know the release 5.0-rc: the simulator keeps the newest rules that it has.",
  ]);
});

it.each([
  ["4.4.0-SNAPSHOT", false],
  ["4.3.1PE", false],
  ["4.3.0-rc", false],
  ["latest", true],
  ["4", true],
  ["127.0.0.1:1883", true],
])("--simulate %s is a mistake: %s", async (release, mistaken) => {
  const { code, stderr } = await rollcallInProcess(["run", "/no/such/scenario.yaml", "--simulate", release]);
  expect(stderr.includes("that is not a ThingsBoard release")).toBe(mistaken);
  expect(code).toBe(2);
});
