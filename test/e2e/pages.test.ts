import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import { isVoid } from "../support/docs/busy-machine.ts";
import { readPage, type Step } from "../support/docs/page.ts";
import { openPlaces } from "../support/docs/places.ts";
import { missingFrom } from "../support/docs/same-output.ts";
import { openShell } from "../support/docs/shell.ts";
import { testFolder } from "../support/temporary-folder.ts";

const ROOT = join(import.meta.dirname, "../..");
/** The slow ones too, which CI has no time for: `npm run test:pages`, once a week. */
const weekly = process.env["ROLLCALL_PAGES"] === "all";
const PAGES = [
  "README.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

const place = testFolder();
const here = process.cwd();
const home = process.env["HOME"];
beforeAll(() => {
  // What the program keeps of this machine is kept for these pages alone.
  process.env["HOME"] = place;
});
afterAll(() => {
  process.chdir(here);
  if (home !== undefined) process.env["HOME"] = home;
});

type Command = Extract<Step, { readonly kind: "command" }>;
const isRun = (step: Step): step is Command => step.kind === "command" && (weekly || !step.weekly);

/** Some have nothing to run, or only what takes long. */
const RUN = PAGES.map((name) => ({ name, steps: readPage(readFileSync(join(ROOT, name), "utf8")) })).filter(
  ({ steps }) => steps.some(isRun),
);

describe.each(RUN)("$name", ({ name, steps }) => {
  it("does what it says", { timeout: weekly ? 3_600_000 : 600_000 }, async () => {
    // Servers of its own: what one page has made there is not in the way of another.
    await using _places = await openPlaces();
    const folder = mkdtempSync(join(place, "page-"));
    cpSync(join(ROOT, "scenarios"), join(folder, "scenarios"), { recursive: true });
    await using shell = await openShell(folder, { processes: true });
    for (const step of steps) {
      if (step.kind === "file") writeFileSync(join(folder, step.path), step.text);
      if (!isRun(step)) continue;
      const { code, output } = await (step.background
        ? shell.start(step.text, step.shown?.split("\n")[0]?.split(/\d/)[0] ?? "\n")
        : shell.run(step.text));
      // A machine busy with other work may make the generators unfit to measure, which has an exit code of its own.
      const unfit = code === EXIT.unhealthy && /\bvoid\b/.test(output + redirected(step.text, folder));
      // All that several runs say together is then another; what one run says is held without its own condition.
      if (unfit && /\bvoid\b/.test(output) && !isVoid(output)) continue;
      const missing = step.shown === undefined ? undefined : missingFrom(output, step.shown);
      const seen = { where: `${name}:${step.line}`, block: step.text, output };
      expect({ ...seen, code, missing }).toEqual({
        ...seen,
        code: unfit ? EXIT.unhealthy : step.exitCode,
        missing: undefined,
      });
    }
  });
});

/** What a block has sent into files. */
function redirected(block: string, folder: string): string {
  const files = [...block.matchAll(/ > (\S+)/g)].map(([, file = ""]) => join(folder, file));
  return files
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, "utf8"))
    .join("");
}
