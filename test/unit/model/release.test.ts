import { expect, it } from "vitest";
import { compareReleases, releaseName, standingOf, suffixOf } from "../../../src/model/release.ts";

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

it("orders builds by their numbers, whatever is added to these", () => {
  expect(compareReleases("4.4.0-SNAPSHOT", "4.3")).toBeGreaterThan(0);
  expect(compareReleases("4.3.1PE", "4.3.1")).toBe(0);
  expect(compareReleases("4.3.0-rc.1", "4.3.1")).toBeLessThan(0);
});

it.each([
  ["4.4.0-SNAPSHOT", "tried", "-SNAPSHOT"],
  ["4.3.1PE", "tried", "PE"],
  ["4.3.0-rc", "tried", "-rc"],
  ["4.2.1 (custom)", "unreadable", ""],
  ["3.5.9-SNAPSHOT", "older", "-SNAPSHOT"],
  ["4.5", "newer", ""],
  ["5.0.0-rc.1", "newer", "-rc.1"],
  ["master", "unreadable", ""],
  ["", "unreadable", ""],
  ["4.4.0-SNAPSHOT\n", "unreadable", ""],
])("%j is %s", (release, standing, suffix) => {
  expect(standingOf(release)).toBe(standing);
  expect(suffixOf(release)).toBe(suffix);
});
