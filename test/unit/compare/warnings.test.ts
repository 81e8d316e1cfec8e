import { describe, expect, it } from "vitest";
import { DEFAULT_POLICY } from "../../../src/compare/compare.ts";
import { comparisonWarnings } from "../../../src/compare/warnings.ts";
import type { Summary } from "../../../src/model/summary.ts";
import { goodRun } from "../../support/summaries.ts";

const own = goodRun();
const server: NonNullable<Summary["server"]> = {
  version: "4.2.1",
  edition: "CE",
  profile: "rollcall",
  devices: { before: null, after: null },
  reconciliation: null,
  unchecked: [],
};

/** A run before which the tenant had so many devices; undefined: nobody asked. */
function withFleet(devices: number | undefined): Summary {
  if (devices === undefined) return { ...own, server: undefined };
  return { ...own, server: { ...server, devices: { ...server.devices, before: { profile: 0, tenant: devices } } } };
}

const fleetWarnings = (base: readonly (number | undefined)[], candidate: readonly (number | undefined)[]) =>
  comparisonWarnings(base.map(withFleet), candidate.map(withFleet), DEFAULT_POLICY).filter((text) =>
    text.includes("devices"),
  );

describe("a comparison's warning of fleet size", () => {
  it("comes where the median runs differ by more than a tenth", () => {
    expect(fleetWarnings([900, 1_000, 5_000], [1_000, 1_100, 1_101])).toEqual([]);
    expect(fleetWarnings([900, 1_000, 5_000], [1_000, 1_101, 1_102])).toEqual([
      "the server had 1,000 devices before the base's runs and 1,101 before the candidate's: that changes what is measured",
    ]);
    expect(fleetWarnings([1_000], [899])).toHaveLength(1);
    expect(fleetWarnings([0], [1])).toHaveLength(1);
  });

  it("says where it is not known", () => {
    expect(fleetWarnings([1_000, undefined], [1_000])).toEqual([
      "how many devices the server had is not known of every run: that changes what is measured",
    ]);
  });
});
