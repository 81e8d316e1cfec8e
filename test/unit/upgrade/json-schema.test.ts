import { expect, it } from "vitest";
import { upgradeSchema } from "../../../src/upgrade/json-schema.ts";
import { UPGRADE } from "../../support/pages.ts";

it("the schema of an upgrade check has all that its report has, and knows no more", () => {
  const unknown = {
    ...UPGRADE,
    after: { ...UPGRADE.after, unknownRelease: "5.0" },
    conformance: null,
    comparison: null,
  };
  for (const report of [UPGRADE, unknown]) {
    const written: unknown = JSON.parse(JSON.stringify(report));
    expect(upgradeSchema.parse(written)).toEqual(written);
  }
  expect(upgradeSchema.safeParse({ ...UPGRADE, more: 1 }).success).toBe(false);
});
