import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { changesSince, readBaseline } from "../../../src/conformance/baseline.ts";
import { columnOf, expectationOf, expectedIn } from "../../../src/conformance/columns.ts";
import { renderJunit } from "../../../src/conformance/junit.ts";
import type { CaseResult, ConformanceResult } from "../../../src/conformance/result.ts";
import { renderChanges, renderText } from "../../../src/conformance/text.ts";
import { us } from "../../../src/model/units.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const facts = (id: string) => ({ id, title: `title of ${id}`, row: "1 row" });
const good = (id: string, came = "SUCCESS"): CaseResult => ({ ...facts(id), verdict: "as-expected", came });
const bad = (id: string): CaseResult => ({ ...facts(id), verdict: "differs", came: "FAILURE", expected: "SUCCESS" });
const skipped = (id: string): CaseResult => ({ ...facts(id), verdict: "not-applicable", why: "needs CoAP" });

const resultOf = (...cases: readonly CaseResult[]): ConformanceResult => ({
  version: 1,
  rollcall: "0.1.0",
  startedAt: "2026-01-02T03:04:05.678Z",
  target: "mqtt://tb:1883",
  server: "CE 4.2.1",
  matches: ["3.9"],
  expected: "3.9",
  cases,
});
const display = { color: false, width: 100 };

describe("columns", () => {
  it.each([
    ["3.5.1", undefined],
    ["3.6", "3.6"],
    ["3.8.1", "3.8"],
    ["4.2.1", "3.9"],
    ["4.2.2.3", "4.2.1.1"],
    ["4.3.1.3", "4.3"],
    ["5.0", "4.3"],
    ["latest", undefined],
    ["4.4.0-SNAPSHOT", "4.3"],
    ["4.3.1PE", "4.3"],
    ["4.3.0-rc", "4.3"],
    ["4.2.1-rc.1", "3.9"],
    ["4.2.1.1-SNAPSHOT", "4.2.1.1"],
    ["3.5.1-SNAPSHOT", undefined],
  ])("%s is of column %s", (release, column) => {
    expect(columnOf(release)).toBe(column);
  });

  it.each([
    ["4.4.0-SNAPSHOT", "4.3", true],
    ["4.3.1PE", "4.3", true],
    ["4.5", "4.3", false],
    ["5.0.0-SNAPSHOT", "4.3", false],
    ["latest", "4.3", false],
    ["", "4.3", false],
    ["3.5.1", "3.6", false],
  ])("a server that says it is %s is always held against something: %s", (release, column, known) => {
    expect(expectationOf(release)).toEqual({ column, unknownRelease: known ? undefined : release });
  });

  it("expects of a column what the last one before it that says something expects", () => {
    const expected = { "3.6": "a", "3.9": "b" };
    expect(expectedIn("3.8", expected)).toBe("a");
    expect(expectedIn("4.3", expected)).toBe("b");
    expect(expectedIn("3.7", "c")).toBe("c");
  });
});

describe("the text", () => {
  it("shows what differs, and why the rest could not be looked at", () => {
    expect(renderText(resultOf(good("a"), bad("b"), skipped("c"), skipped("d")), false, display)).toBe(
      [
        "mqtt://tb:1883 (ThingsBoard CE 4.2.1): 1 as expected, 1 differ, 2 not applicable",
        "  behaves like ThingsBoard 3.9 to 4.2.1; expected: 3.9 to 4.2.1",
        "",
        "DIFFERS",
        "  case        contract  expected  came",
        "  title of b  1 row     SUCCESS   FAILURE",
        "",
        "  contract: section and topic of docs/contract.md",
        "",
        "  not applicable:",
        "    2: needs CoAP",
        "",
      ].join("\n"),
    );
  });

  it("says of a release that is not known what it is held against instead", () => {
    const unknown = { ...resultOf(good("a")), expected: "4.3" as const, unknownRelease: "5.0-\u001bSNAPSHOT" };
    const text = renderText(unknown, false, display);
    expect(text).toContain("rollcall does not know the release 5.0-");
    expect(text).toContain("held against the rules of 4.3 to 4.4");
    expect(text).not.toContain("\u001b");
    expect(renderText(resultOf(good("a")), false, display)).not.toContain("does not know");
  });

  it("shows every case on request", () => {
    const text = renderText(resultOf(good("a"), bad("b"), skipped("c")), true, display);
    expect(text).toContain("  as expected     title of a  1 row     SUCCESS");
    expect(text).toContain("  not applicable  title of c  1 row     needs CoAP");
  });

  it("keeps control characters of the server off the terminal", () => {
    const evil: CaseResult = { ...facts("a"), verdict: "differs", came: "\u001b[2J", expected: "SUCCESS" };
    expect(renderText(resultOf(evil), false, display)).not.toContain("\u001b");
  });
});

describe("a baseline", () => {
  const before = resultOf(good("a"), good("b"), skipped("c"), good("d"), good("e"));

  it("is what the JSON of an earlier run says", async () => {
    const file = join(testFolder(), "before.json");
    writeFileSync(file, JSON.stringify(before));
    expect(await readBaseline(file)).toEqual(before);
    const unknown = { ...before, unknownRelease: "5.0" };
    writeFileSync(file, JSON.stringify(unknown));
    expect(await readBaseline(file)).toEqual(unknown);
    expect(await readBaseline(`${file}.none`)).toBeUndefined();
    for (const text of ["", "{}", '{"version":1,"cases":[{"id":1}]}', "[]"]) {
      writeFileSync(file, text);
      await expect(readBaseline(file)).rejects.toThrow(`${file} is not a result of rollcall conformance`);
    }
    writeFileSync(file, '{"version":2,"cases":[]}');
    await expect(readBaseline(file)).rejects.toThrow(
      "a result of rollcall conformance of version 2; this rollcall reads",
    );
  });

  it("is compared case by case: what came now is what counts, expected or not", () => {
    const after = resultOf(good("a"), bad("b"), good("c"), skipped("d"));
    expect(changesSince(before.cases, after.cases)).toEqual([
      { ...facts("b"), before: "SUCCESS", after: "FAILURE" },
      { ...facts("d"), before: "SUCCESS", after: "not applicable: needs CoAP" },
      { ...facts("e"), before: "SUCCESS", after: "not applicable: there is no such case any more" },
    ]);
  });

  it("shows only the changes", () => {
    const after = resultOf(good("a"), bad("b"), skipped("c"), good("d"), good("e"));
    expect(renderChanges(before, after, changesSince(before.cases, after.cases), display)).toBe(
      [
        "1 of 4 cases changed since 2026-01-02T03:04:05.678Z.",
        "  before: mqtt://tb:1883, ThingsBoard CE 4.2.1, behaves like 3.9 to 4.2.1",
        "  after:  mqtt://tb:1883, ThingsBoard CE 4.2.1, behaves like 3.9 to 4.2.1",
        "",
        "  case        contract  before   after",
        "  title of b  1 row     SUCCESS  FAILURE",
        "",
        "  contract: section and topic of docs/contract.md",
        "",
      ].join("\n"),
    );
    expect(renderChanges(before, before, [], display)).toContain(
      "Nothing changed since 2026-01-02T03:04:05.678Z in 4 cases.",
    );
  });
});

describe("JUnit", () => {
  const result = resultOf(good("session.a"), bad("login.b"), skipped("login.c"));

  it("has a suite for each kind of case; what differs fails", () => {
    const xml = renderJunit(result, undefined, us(1_500_000));
    expect(xml).toContain('tests="3" failures="1"');
    expect(xml).toContain('<testsuite name="login"');
    expect(xml).toContain("expected: SUCCESS; came: FAILURE");
    expect(xml).toContain("<skipped");
  });

  it("against a baseline only what changed fails", () => {
    expect(renderJunit(result, [], us(0))).toContain('failures="0"');
    const change = { ...facts("login.b"), before: "SUCCESS", after: "FAILURE" };
    const gone = { ...facts("login.z"), before: "SUCCESS", after: "not applicable: there is no such case any more" };
    const xml = renderJunit(result, [change, gone], us(0));
    expect(xml).toContain('failures="2"');
    expect(xml).toContain("before: SUCCESS; after: FAILURE");
  });
});
