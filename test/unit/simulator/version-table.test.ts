import { describe, expect, it } from "vitest";
import { VERSIONS, traitsOf } from "../../../src/simulator/core/version-table.ts";

describe("version table", () => {
  it.each([
    ["3.6", "3.6"],
    ["3.6.4", "3.6"],
    ["3.7", "3.7"],
    ["3.8.1", "3.8"],
    ["3.9.1", "3.9"],
    ["4.0", "3.9"],
    ["4.2.1", "4.2.1"],
    ["4.2.1.1", "4.2.1.1"],
    ["4.2.2.3", "4.2.1.1"],
    ["4.3.1.3", "4.3"],
    ["4.10", "4.3"],
    ["4.4.0-SNAPSHOT", "4.3"],
    ["4.3.1PE", "4.3"],
    ["4.2.1-rc.1", "4.2.1"],
    ["3.6.4-SNAPSHOT", "3.6"],
  ])("%s behaves as %s", (version, row) => {
    expect(traitsOf(version)?.since).toBe(row);
  });

  it.each(["3.5", "latest", "", "4.x"])("does not know %j", (version) => {
    expect(traitsOf(version)).toBeUndefined();
  });

  it("has the differences of the contract's matrix", () => {
    const column = (pick: (row: (typeof VERSIONS)[number]) => unknown) => VERSIONS.map(pick).join(" ");
    expect(column((row) => row.since)).toBe("3.6 3.7 3.8 3.9 4.2.1 4.2.1.1 4.3");
    expect(column((row) => row.provisionSuback)).toBe("false false false true true true true");
    expect(column((row) => row.gatewayField)).toBe("false false true true true true true");
    expect(column((row) => row.disconnectPacket)).toBe("false true true true true true true");
    expect(column((row) => row.repeatedCheck)).toBe("SUCCESS SUCCESS SUCCESS SUCCESS SUCCESS FAILURE FAILURE");
    expect(column((row) => row.workers)).toBe("1 1 16 16 16 16 16");
    expect(column((row) => row.insertLock)).toBe("false false false false false false true");
    expect(column((row) => row.toldEdition)).toBe("false false true true true true true");
    expect(column((row) => row.apiKeys)).toBe("false false false false false false true");
  });
});
