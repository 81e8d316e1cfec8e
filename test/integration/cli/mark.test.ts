import { cpSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { EXIT } from "../../../src/model/error.ts";
import { noteMark, readMarks } from "../../../src/record/marks-file.ts";
import { rollcallInProcess } from "../../support/in-process.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const KEPT = join(import.meta.dirname, "../../golden/runs-0.1.0/killed");
let folder: string;

beforeEach(() => {
  folder = testFolder();
  cpSync(KEPT, folder, { recursive: true });
});

/** As its folder is while it runs: journals that were written to just now, and no summary. */
function asUnderWay(): void {
  rmSync(join(folder, "summary.json"));
  const now = new Date();
  utimesSync(join(folder, "journal-0.ndjson"), now, now);
}

describe("mark", () => {
  it("notes what happens in a run that is under way, for its owner alone", async () => {
    asUnderWay();
    const before = Date.now();
    const { code, stdout } = await rollcallInProcess(["mark", folder, "node 2 killed"]);
    expect(code).toBe(EXIT.pass);
    expect(stdout).toMatch(/^Marked at .*: node 2 killed/);
    const [mark] = await readMarks(folder);
    expect(mark?.text).toBe("node 2 killed");
    expect(Date.parse(mark?.at ?? "")).toBeGreaterThanOrEqual(before);
    expect(statSync(join(folder, "marks.ndjson")).mode & 0o777).toBe(0o600);
  });

  it("is refused for a run that is over, and for a text that is none", async () => {
    const over = await rollcallInProcess(["mark", folder, "too late"]);
    expect(over.stderr).toContain("The run is over");
    expect(over.code).toBe(EXIT.usage);
    const long = await rollcallInProcess(["mark", folder, "x".repeat(201)]);
    expect(long.stderr).toContain("The mark is 201 characters long.");
    expect(await readMarks(folder)).toEqual([]);
  });

  it("is in the report, on the run's own time axis, with what became of the load", async () => {
    await noteMark(folder, { version: 1, at: new Date(0).toISOString(), text: "long before\u001b[31m" });
    const { stdout } = await rollcallInProcess(["report", folder, "--full", "--exit-zero"]);
    expect(stdout).toContain("MARKS");
    expect(stdout).toMatch(/long before.*not known: less than 5 s of load came before it/s);
    expect(stdout).not.toContain("\u001b[31m");
  });
});
