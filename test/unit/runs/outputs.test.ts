import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Form, readOutput, writeOutput } from "../../../src/runs/results/outputs.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const HTML: Form = { name: "html", extension: "html" };
const JUNIT: Form = { name: "junit", extension: "xml" };
const ONE = { several: false, names: ["run", "scenario"] } as const;
const MANY = { ...ONE, several: true };
const names = { run: "small-20261125T031500Z-a1b2c3", scenario: "small" };

const paths = async (target: string, forms: readonly Form[], options: typeof ONE | typeof MANY = ONE) =>
  (await readOutput(target, forms, options)).pathsFor(names);

describe("where results go", () => {
  it("is a file where there is one", async () => {
    expect(await paths("out/page.html", [HTML])).toEqual([resolve("out/page.html")]);
    expect(await paths("page", [HTML])).toEqual([resolve("page")]);
  });

  it("is a folder, there already or named as one, in which files bear the run's name", async () => {
    const there = testFolder();
    const expected = (folder: string) => [`${names.run}.html`, `${names.run}.xml`].map((file) => resolve(folder, file));
    expect(await paths(there, [HTML, JUNIT])).toEqual(expected(there));
    expect(await paths("new/", [HTML, JUNIT])).toEqual(expected("new"));
    expect(await paths("new", [HTML, JUNIT])).toEqual(expected("new"));
    expect(await paths(`${there}/`, [HTML])).toEqual(expected(there).slice(0, 1));
  });

  it("is a pattern", async () => {
    expect(await paths("ci/{scenario}.{ext}", [HTML, JUNIT])).toEqual([
      resolve("ci/small.html"),
      resolve("ci/small.xml"),
    ]);
    expect(await paths("ci/{format}-{run}", [JUNIT], MANY)).toEqual([resolve(`ci/junit-${names.run}`)]);
  });

  it("never leaves the folder that was named, whatever a scenario is called", async () => {
    const output = await readOutput("ci/{scenario}.{ext}", [HTML], ONE);
    for (const scenario of ["../../etc/passwd", "..", "a/b", ""]) {
      for (const path of output.pathsFor({ ...names, scenario }))
        expect(path.startsWith(`${resolve("ci")}/`)).toBe(true);
    }
  });

  it.each([
    ["out/page.html", [HTML, JUNIT], ONE, /is one file, and there are 2 formats/],
    ["out/page.html", [HTML], MANY, /is one file, and there are several runs/],
    ["out/{run}.html", [HTML, JUNIT], ONE, /is the same for 2 formats/],
    ["out/{scenario}.{ext}", [HTML], MANY, /is the same for all runs/],
    ["out/{foo}.html", [HTML], ONE, /there is no \{foo\}/],
    ["out/{run.html", [HTML], ONE, /brace that is not closed/],
  ] as const)("refuses %s where it cannot be", async (target, forms, options, message) => {
    await expect(readOutput(target, forms, options)).rejects.toThrow(message);
  });
});

describe("a place that cannot be written to", () => {
  it.each([
    ["/proc/nowhere/page.html", [HTML]],
    ["/proc/nowhere/", [HTML, JUNIT]],
    ["/proc/nowhere/{run}.{ext}", [HTML, JUNIT]],
    ["/proc/{run}/page.{ext}", [HTML]],
  ] as const)("is refused before anything is done: %s", async (target, forms) => {
    await expect(readOutput(target, forms, ONE)).rejects.toMatchObject({
      code: "report-not-written",
      exitCode: 2,
      message: expect.stringMatching(/^The report cannot be written to \/proc\/[^ ]*: [^/]*\.$/),
    });
  });

  it("is so where a file lies in the way", async () => {
    const folder = testFolder();
    await writeFile(join(folder, "file"), "");
    await expect(readOutput(join(folder, "file", "page.html"), [HTML], ONE)).rejects.toThrow("cannot be written");
  });

  it("is not looked for in the folder of what is there already, as /dev/stdout", async () => {
    expect(await paths("/dev/null", [HTML])).toEqual(["/dev/null"]);
    const folder = testFolder();
    const file = join(folder, "page.html");
    await writeFile(file, "");
    // Nobody can write a file where a folder is, root neither.
    await mkdir(join(folder, ".rollcall-write-test"));
    expect(await paths(file, [HTML])).toEqual([file]);
  });

  it("is tried without a trace", async () => {
    const folder = testFolder();
    await paths(join(folder, "a", "{run}.{ext}"), [HTML]);
    expect(await readdir(folder)).toEqual([]);
  });
});

it("makes folders that others may read as far as the user's mask lets them", async () => {
  const before = process.umask(0o022);
  try {
    const file = join(testFolder(), "a", "b", "page.html");
    await writeOutput(file, "text");
    for (const [path, mode] of [
      [resolve(file, "../.."), 0o755],
      [resolve(file, ".."), 0o755],
      [file, 0o644],
    ] as const)
      expect((await stat(path)).mode & 0o777).toBe(mode);
  } finally {
    process.umask(before);
  }
});
