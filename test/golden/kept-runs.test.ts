import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readResults, writeResults } from "../../src/runs/run/results.ts";

/** Folders of runs as rollcall 0.1.0 wrote them: nobody writes them anew. */
const KEPT = join(import.meta.dirname, "runs-0.1.0");
const FILES = ["summary.json", "report.txt", "latency.hlog", "latency.hgrm"] as const;

/** `whole`: ghosts, refusals, a hold, server.json and a calibration. `killed`: a generator was killed under load. */
describe.each(["whole", "killed"])("the run of 0.1.0 called %s", (name) => {
  it("gives its summary and its reports again, to the byte", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rollcall-kept-"));
    try {
      await cp(join(KEPT, name), folder, { recursive: true });
      for (const file of FILES) await rm(join(folder, file));
      await writeResults(folder, await readResults(folder));
      const read = (where: string) => Promise.all(FILES.map((file) => readFile(join(where, file), "utf8")));
      expect(await read(folder)).toEqual(await read(join(KEPT, name)));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
