import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { anchorOf } from "../../site/anchor.ts";
import { readPage, unnamedFences } from "../support/docs/page.ts";
import { maskFigures, missingFrom } from "../support/docs/same-output.ts";

const ROOT = join(import.meta.dirname, "../..");
const inDocs = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
const PAGES = ["README.md", ...inDocs.map((name) => `docs/${name}`)];
const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");

const withoutBlocks = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, "");
const anchorsOf = (name: string): readonly string[] =>
  [...withoutBlocks(read(name)).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));

describe("the pages", () => {
  it("begin with a README of at most 10 KB", () => {
    expect(statSync(join(ROOT, "README.md")).size).toBeLessThanOrEqual(10 * 1_024);
  });

  it.each(PAGES)("%s says of each block what it is", (name) => {
    expect(unnamedFences(read(name))).toEqual([]);
    // Of a page of commands; some have none.
    expect(() => readPage(read(name))).not.toThrow();
  });

  it.each(PAGES)("%s links to what is there", (name) => {
    const links = [...withoutBlocks(read(name)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const broken = links.filter((link) => {
      if (/^(?:https?|mailto):/.test(link)) return false;
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? name : join(dirname(name), path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("are all found from the README", () => {
    const readme = read("README.md");
    expect(PAGES.slice(1).filter((name) => !readme.includes(`](${name}`))).toEqual([]);
  });
});

describe("a page's blocks", () => {
  it("are commands with what follows them, files, and what is not run", () => {
    const page = `\`\`\`sh exit=3 weekly
a | b
\`\`\`

\`\`\`text
said
\`\`\`
\`\`\`yaml file=x.yaml
k: v
\`\`\`
\`\`\`sh not-run=sudo
sudo a
\`\`\`
\`\`\`text recorded
of another server
\`\`\``;
    const command = { kind: "command", line: 1, text: "a | b\n", shown: "said\n" };
    expect(readPage(page)).toEqual([
      { ...command, exitCode: 3, weekly: true, background: false },
      { kind: "file", line: 8, path: "x.yaml", text: "k: v\n" },
      { kind: "not-run", line: 11, reason: "sudo" },
    ]);
  });

  it("are not left out without a reason that is known", () => {
    expect(() => readPage("```sh not-run=because\nx\n```")).toThrow('"because" is no reason');
    expect(() => readPage("```sh slow\nx\n```")).toThrow('"slow" says nothing of a block');
    expect(() => readPage("```sh\nx")).toThrow("a block that does not end");
  });
});

describe("what a page shows", () => {
  it("is held against the output without figures, names of runs, times and line breaks", () => {
    const output =
      "results in /tmp/x/results/a-20261129T025600Z-a88b91\nLATENCY  p50 12.5 ms, p99 n\n  total   1,000   -  0.5 %\n";
    expect(
      missingFrom(output, "results in results/b-20250101T000000Z-123abc\nLATENCY p50 3 ms,\np99 n\n…total 7  3  12 %"),
    ).toBe(undefined);
  });

  it("is missed where a word is another, at the beginning and at the end", () => {
    expect(missingFrom("Passed: 3 of 3", "Failed: 3 of 3")).toBe("Failed: # of #");
    expect(missingFrom("warning\nPassed", "Passed")).toBe("Passed (as its beginning)");
    expect(missingFrom("Passed\nwarning", "Passed")).toBe("an end here: warning");
    expect(missingFrom("warning\nPassed\nwarning", "…\nPassed\n…")).toBe(undefined);
  });

  it("is held without what a busy machine adds, and all else of it still is", () => {
    const shown = "…\nPassed: 3 of 3.\n\n  roll call  all 3\n  valid      the generators kept up: x\n\nWARNINGS\n";
    const validity = "VALIDITY  may the figures be believed?\n  strained\n  degraded  delay\n\n";
    expect(missingFrom(`Passed: 3 of 3.\n\n${validity}  roll call  all 3\n\nWARNINGS\n`, shown)).toBe(undefined);
    const unfit =
      "Not to be trusted: the generator was not fit to measure: late (void: 10 ms); 3 of 3.\n  - 1 refused\n\n" +
      `${validity}  roll call  all 3\n\nWARNINGS\nVoid: use another machine.\n`;
    expect(missingFrom(unfit, shown)).toBe(undefined);
    expect(missingFrom(unfit.replace("all 3", "nobody"), shown)).toBe("roll call all # WARNINGS");
    // A run that lost a generator is not one of a busy machine.
    expect(missingFrom("Not to be trusted: generator 0 died.\n\n  degraded\n", shown)).toContain("Passed: # of #");
    expect(missingFrom("Passed: 3 of 3.\n\n  roll call  all 3\n\nWARNINGS\n", shown)).toContain("kept up");
  });

  it("keeps what is a name with digits in it", () => {
    expect(maskFigures("p95 of MQTT 5 at x509")).toBe("p95 of MQTT # at x509");
  });
});
