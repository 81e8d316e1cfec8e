import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Conditions, runInto } from "./rollcall.ts";
import { type Figure, figureOf, medianOf } from "./table.ts";
import { PLAIN } from "./wires.ts";

const DEVICES = 20_000;
const REPEAT = 3;
/** Whoever waits for a page after a run has waited for the run already. */
const MOST_SECONDS = 1;

/** CPU time from a run's summary to its page with all pictures, in a new process: loading what draws is part of it. */
export async function measurePage(conditions: Conditions): Promise<Figure> {
  const results = await mkdtemp(join(tmpdir(), "rollcall-bench-"));
  try {
    await runInto(results, conditions, PLAIN, conditions.devices ?? DEVICES);
    const [run = ""] = await readdir(results);
    const seconds: number[] = [];
    for (let round = 0; round < (conditions.repeat ?? REPEAT); round += 1) {
      const { stdout } = await promisify(execFile)(process.execPath, [
        join(import.meta.dirname, "draw-page.ts"),
        join(results, run),
      ]);
      const drawn = JSON.parse(stdout) as { readonly seconds: number; readonly bytes: number };
      conditions.say(`${drawn.seconds.toFixed(2)} s of CPU, ${Math.round(drawn.bytes / 1024)} KiB`);
      seconds.push(drawn.seconds);
    }
    const median = medianOf(seconds);
    return figureOf("a run's page with all pictures, seconds", `${median.toFixed(2)} s of CPU`, median, {
      most: MOST_SECONDS,
    });
  } finally {
    await rm(results, { recursive: true, force: true });
  }
}
