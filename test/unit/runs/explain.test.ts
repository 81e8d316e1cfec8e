import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ownIo } from "../../../src/cli/streams.ts";
import { createWorld } from "../../../src/cli/world.ts";
import { EXIT } from "../../../src/model/error.ts";
import { FAILURE_KINDS } from "../../../src/model/outcome.ts";
import { explain } from "../../../src/runs/explain/explain.ts";
import { QUANTITIES } from "../../../src/scenario/thresholds.ts";
import { rollcallInProcess } from "../../support/in-process.ts";

const explained = async (...words: readonly string[]) => rollcallInProcess(["explain", ...words]);

describe("explain", () => {
  it("has every exit code, kind of failure and quantity of a threshold", async () => {
    const { voice } = createWorld(ownIo());
    const said: string[] = [];
    const quiet = { voice: { ...voice, say: (text: string) => Promise.resolve(void said.push(text)) } };
    const words = [...Object.values(EXIT).map(String), ...FAILURE_KINDS, ...QUANTITIES];
    for (const word of words) expect(await explain(quiet, [word])).toBe(0);
    expect(said).toHaveLength(words.length);
  });

  it.each([
    ["steady:roundTrip.p99 < 500ms", "roundTrip  (quantities of thresholds)"],
    ["exit code 5", "5  (exit codes)"],
    ["Ghost", "ghosts  (what became of a device)"],
    ["void", "void  (verdicts)"],
  ])("finds %s", async (word, heading) => {
    const { code, stdout } = await explained(...word.split(" "));
    expect(code).toBe(0);
    expect(stdout.split("\n")[0]).toBe(heading);
  });

  it("names the nearest word to one that it does not know", async () => {
    const { code, stderr } = await explained("connecton-reset");
    expect(code).toBe(2);
    expect(stderr).toContain("Did you mean connection-reset?");
  });

  it("is the page of the documentation", async () => {
    const page = readFileSync(join(import.meta.dirname, "../../../docs/meanings.md"), "utf8");
    expect((await explained()).stdout).toBe(page);
  });
});
