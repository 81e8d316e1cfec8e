import { expect, it } from "vitest";
import { compareReleases, releaseName } from "../../../src/model/release.ts";

it.each([
  ["4.2.1", "CE", "CE 4.2.1"],
  ["3.6.4", null, "3.6.4"],
])("%s of edition %s is called %s", (version, edition, name) => {
  expect(releaseName({ version, edition })).toBe(name);
});

it("orders releases by their numbers, not by their letters", () => {
  const releases = ["4.10", "3.8", "4.2.1.1", "3.10", "4.2.1"];
  expect(releases.toSorted(compareReleases)).toEqual(["3.8", "3.10", "4.2.1", "4.2.1.1", "4.10"]);
  expect(compareReleases("4.2", "4.2.0")).toBe(0);
});
