import { cp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readResults, writeResults } from "../../src/runs/results/results.ts";
import { testFolder } from "../support/temporary-folder.ts";

/** Folders of runs as rollcall 0.1.0 wrote them: nobody writes them anew. */
const KEPT = join(import.meta.dirname, "runs-0.1.0");
const FILES = ["summary.json", "report.txt", "latency.hlog", "latency.hgrm"] as const;

/** What a summary has had since then is added to what it had, and changes nothing of it. */
function ofThen(file: (typeof FILES)[number], text: string): string {
  if (file !== "summary.json") return text;
  const { timeline: _, percentiles: __, ...then } = JSON.parse(text) as Record<string, unknown>;
  return `${JSON.stringify(then, undefined, 2)}\n`;
}

/** `whole`: ghosts, refusals, a hold, server.json and a calibration. `killed`: a generator was killed under load. */
describe.each(["whole", "killed"])("the run of 0.1.0 called %s", (name) => {
  it("gives its summary and its reports again, to the byte", async () => {
    const folder = testFolder();
    await cp(join(KEPT, name), folder, { recursive: true });
    for (const file of FILES) await rm(join(folder, file));
    await writeResults(folder, await readResults(folder));
    const read = (where: string) =>
      Promise.all(FILES.map(async (file) => ofThen(file, await readFile(join(where, file), "utf8"))));
    expect(await read(folder)).toEqual(await read(join(KEPT, name)));
  });
});
