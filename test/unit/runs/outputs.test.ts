import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Form, readOutput } from "../../../src/runs/results/outputs.ts";
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
