import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CASES } from "../../src/conformance/catalogue.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/contract.md"), "utf8");
const anchors = [...PAGE.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id = ""]) => id);

/** "4 CONNACK, A3": a topic of section 4, and a row of the table in section 7. */
function anchorsOf(row: string): readonly string[] {
  const [first = "", ...others] = row.split(", ");
  const [section = "", ...words] = first.split(" ");
  const named = [words.join(" "), ...others].filter((each) => each !== "protobuf");
  return named.map((topic) => `${/^[A-Z]{1,2}\d?$/.test(topic) ? "7" : section}-${slugOf(topic)}`);
}

const slugOf = (topic: string): string => topic.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");

/** Every source and test file with its text. */
const files = ["src", "test"].flatMap((top) =>
  readdirSync(join(ROOT, top), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => ({ name: `${top}/${name}`, text: readFileSync(join(ROOT, top, name), "utf8") })),
);

describe("the contract's page", () => {
  it("gives each place one name", () => {
    expect(anchors.length).toBeGreaterThan(50);
    expect(new Set(anchors).size).toBe(anchors.length);
  });

  it("has the row of every conformance case", () => {
    const missing = CASES.flatMap(({ id, row }) =>
      anchorsOf(row)
        .filter((anchor) => !anchors.includes(anchor))
        .map((anchor) => `${id}: ${row} (${anchor})`),
    );
    expect(missing).toEqual([]);
  });

  it("explains every abbreviation that is cited with a line", () => {
    const legend = /### Abbreviations of files\n([\s\S]*?)\n\n/.exec(PAGE)?.[1] ?? "";
    const explained = new Set(
      legend.split("\n").flatMap((line) => (line.split("|")[1] ?? "").split("/").map((name) => name.trim())),
    );
    const cited = [{ name: "docs/contract.md", text: PAGE }, ...files].flatMap(({ name, text }) =>
      [...text.matchAll(/\b([A-Z]{2,3}):\d+/g)].map(([, abbreviation = ""]) => ({ name, abbreviation })),
    );
    expect(cited.length).toBeGreaterThan(30);
    expect(cited.filter(({ abbreviation }) => !explained.has(abbreviation))).toEqual([]);
  });

  it("has every section that code and tests name", () => {
    const sections = [...PAGE.matchAll(/^## (\d+)\. /gm)].map(([, number]) => number);
    const cited = files.flatMap(({ name, text }) =>
      [...text.matchAll(/contract, sections? (\d+)(?: and (\d+))?/g)].flatMap(([, first, second]) =>
        [first, second].filter((each) => each !== undefined).map((section) => ({ name, section })),
      ),
    );
    expect(cited.length).toBeGreaterThan(15);
    expect(cited.filter(({ section }) => !sections.includes(section))).toEqual([]);
  });
});
