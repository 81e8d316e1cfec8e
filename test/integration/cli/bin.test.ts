import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { ROLLCALL_VERSION } from "../../../src/model/version.ts";
import { builtCommand } from "../../support/built.ts";
import { programBuild } from "../../../scripts/program-build.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const ROOT = join(import.meta.dirname, "../../..");
const place = testFolder();

/** `pretended`: the version that the runtime says it is. */
function start(bin: string, pretended?: string) {
  const versions = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${pretended}" } })`;
  const pretence = pretended === undefined ? [] : ["--import", `data:text/javascript,${versions}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...pretence, bin, "--version"], { encoding: "utf8" });
  return { status, stdout, stderr };
}

describe("the command", () => {
  const own = join(ROOT, "bin/rollcall.mjs");

  it("runs the source in a checkout, where nothing was built", () => {
    expect(start(own)).toEqual({ status: 0, stdout: `${ROLLCALL_VERSION}\n`, stderr: "" });
  });

  it("says one sentence on a Node that is too old for the source, and what brings a newer one", () => {
    const { status, stdout, stderr } = start(own, "23.11.0");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(
      /^rollcall: this is Node 23\.11\.0, and rollcall needs 24\.0 or later\. `npm ci` brings it.*\n$/,
    );
  });

  it("needs less where it is installed, and speaks of no checkout there", () => {
    cpSync(own, join(place, "bin/rollcall.mjs"));
    const installed = join(place, "bin/rollcall.mjs");
    expect(start(installed, "22.14.0").stderr).toMatch(
      /^rollcall: this is Node 22\.14\.0, and rollcall needs 22\.15 or later\. Install a newer Node.*\n$/,
    );
    // Far enough to look for what was built.
    expect(start(installed, "22.15.0").stderr).toContain("dist/cli/main.js");
  });
});

describe("what tests start", () => {
  it("was built from the source as it is, and is not built again", async () => {
    expect(await programBuild()).toBe(inject("program"));
    expect(existsSync(join(inject("program") ?? "", "dist/cli/main.js"))).toBe(true);
    expect(start(builtCommand())).toEqual({ status: 0, stdout: `${ROLLCALL_VERSION}\n`, stderr: "" });
  });
});

describe("help", () => {
  const said = (language: string, bin: string, ...args: readonly string[]): string =>
    spawnSync(process.execPath, [bin, ...args], {
      encoding: "utf8",
      env: { ...process.env, LANG: language, LC_ALL: language, COLUMNS: "90" },
    }).stdout;

  it("is in one language, and the same as it is published as in a checkout", () => {
    const source = join(ROOT, "bin/rollcall.mjs");
    const english = said("en_GB.UTF-8", source, "compare", "--help");
    expect(english).toContain("Options:");
    expect(said("de_DE.UTF-8", source, "compare", "--help")).toBe(english);
    expect(said("de_DE.UTF-8", builtCommand(), "compare", "--help")).toBe(english);
    // It is read from the help.
    const completion = said("en_GB.UTF-8", builtCommand(), "completion", "bash");
    expect(completion).toContain("--on-worker-loss) COMPREPLY");
    expect(said("de_DE.UTF-8", builtCommand(), "completion", "bash")).toBe(completion);
  });
});

describe("what is published", () => {
  it("has the licence of each package that is part of it", () => {
    const licences = readFileSync(join(builtCommand(), "../../dist/licences.txt"), "utf8");
    const named = [...licences.matchAll(/^([\w@/-]+) \d+\.\d+\.\d+ \((?:MIT|ISC)\)$/gm)].map(([, name]) => name);
    expect(named).toEqual(expect.arrayContaining(["yaml", "yargs", "yargs-parser", "zod"]));
    expect(licences.match(/Permission (?:is hereby granted|to use, copy, modify)/g)).toHaveLength(named.length);
  });
});

describe("the package", () => {
  const [packed] = JSON.parse(
    spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: ROOT, encoding: "utf8" }).stdout,
  ) as readonly { readonly files: readonly { readonly path: string }[] }[];
  const paths = new Set(packed?.files.map(({ path }) => path));

  it("holds the command, the scenarios, the pages and what CI copies, and nothing of the workshop", () => {
    const outside = [...paths].filter((path) => !path.startsWith("dist/") && !/^docs\/[\w/.-]+$/.test(path));
    expect(outside.filter((path) => !/^scenarios\/[\w-]+\.yaml$/.test(path)).toSorted()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "bin/rollcall.mjs",
      "ci/github/action.yml",
      "ci/github/example-workflow.yml",
      "ci/github/helm-upgrade.yml",
      "ci/gitlab/rollcall.yml",
      "package.json",
      "scenarios/scenario.schema.json",
    ]);
    expect([...paths].filter((path) => /\.map$|\.tsbuildinfo$/.test(path))).toEqual([]);
  });

  it("has what its README links to", () => {
    const readme = readFileSync(join(ROOT, "README.md"), "utf8");
    const links = [...readme.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, link = ""]) => link);
    const relative = links.filter((link) => !/^https?:/.test(link));
    expect(links.length).toBeGreaterThan(0);
    expect(relative.filter((link) => !paths.has(link))).toEqual([]);
  });
});
