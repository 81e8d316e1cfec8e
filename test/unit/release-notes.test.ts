import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { releaseNotes } from "../../scripts/release-notes.ts";
import { ROLLCALL_VERSION } from "../../src/model/version.ts";

const CHANGELOG = `# Changelog

## Unreleased

## 1.1.0 - 2027-01-02

### Added

- a thing

## 1.0.0 - 2026-12-01

### Fixed

- another
`;

it("are the section of that release alone, one level up", () => {
  expect(releaseNotes(CHANGELOG, "1.1.0")).toBe("## Added\n\n- a thing\n");
  expect(releaseNotes(CHANGELOG, "1.0.0")).toBe("## Fixed\n\n- another\n");
});

it("are missing for a release that is not there, and for what has no date", () => {
  expect(releaseNotes(CHANGELOG, "1.0")).toBeUndefined();
  expect(releaseNotes(CHANGELOG, "Unreleased")).toBeUndefined();
});

it("are there for the version that this is", () => {
  const changelog = readFileSync(join(import.meta.dirname, "../../CHANGELOG.md"), "utf8");
  expect(releaseNotes(changelog, ROLLCALL_VERSION)).toContain("## Added");
});
