import { join } from "node:path";
import { z } from "zod";
import { type FileKind, readKept } from "./kept-file.ts";
import { countSchema, jsonSchemaOf, left } from "./schema-parts.ts";
import { writeJson } from "./write-result.ts";

/** Files that say how far several runs have come which belong together. None has a secret: options must be given again to go on. */

/** Name of a folder inside the series' folder. It can never lead out of it. */
const folderName = z.string().regex(/^(?!\.\.?$)[^/\\]+$/, { error: "expected the name of a folder" });
const number = z.number();
const positive = z.number().positive();

const sideSchema = z.enum(["base", "candidate"]);
export type Side = z.output<typeof sideSchema>;

const repeatSchema = z.strictObject({
  version: z.literal(1),
  scenario: z.string(),
  /** The hash of the runs' plan; undefined before the first run. */
  planHash: left(z.string()),
  /** Where each side is; one side: the scenario's own target. */
  targets: z.array(z.string()).min(1).max(2).readonly(),
  /** Runs a side. */
  times: z.int().positive(),
  runs: z.array(z.strictObject({ side: sideSchema, folder: folderName }).readonly()).readonly(),
});

/** repeat.json: the runs made so far, in order. */
export type RepeatState = Readonly<z.output<typeof repeatSchema>>;

const trialsSchema = z
  .array(
    z
      .strictObject({
        rate: positive,
        outcome: z.enum(["passed", "failed", "void"]),
        generators: positive,
        runId: z.string(),
        reasons: z.array(z.string()).readonly(),
        achievedRate: number.nullable(),
        roundTripP50: number.nullable(),
        roundTripP99: number.nullable(),
        failureRate: number.nullable(),
      })
      .readonly(),
  )
  .readonly();

const searchSchema = z.strictObject({
  version: z.literal(1),
  scenario: z.string(),
  /** The hash of the scenario as it is, before a trial's own load replaces its load. */
  planHash: z.string(),
  policy: z
    .strictObject({
      start: positive,
      lowest: positive,
      highest: positive,
      resolution: positive,
      confirmations: positive,
      generators: positive,
      mostGenerators: positive,
      mostTrials: positive,
    })
    .readonly(),
  setting: z
    .strictObject({
      /** Seconds. */
      duration: positive,
      /** Devices before each trial that are not measured. */
      warmup: countSchema,
      /** Seconds. */
      coolDown: z.number().nonnegative(),
      criteria: z.array(z.string()).readonly(),
    })
    .readonly(),
  trials: trialsSchema,
});

/** result.json of a search, and what `search --json` writes: nobody reads it again but other programs. */
const searchResultSchema = z.strictObject({
  version: z.literal(1),
  /** Devices a second. */
  bounds: z.strictObject({
    passes: number.nullable(),
    fails: number.nullable(),
    ended: z.enum(["resolved", "highest-passes", "lowest-fails", "generator-limited", "trials-used-up"]),
  }),
  trials: trialsSchema,
});

export const searchResultJsonSchema = () => jsonSchemaOf("rollcall search: search --json", searchResultSchema);

/** search.json: all that a search needs to go on. */
export type SearchState = Readonly<z.output<typeof searchSchema>>;

const upgradeSchema = z.strictObject({
  version: z.literal(1),
  scenario: z.string(),
  /** Runs before, and after. */
  times: z.int().positive(),
  planHash: z.string(),
});

/** upgrade.json: what both halves of an upgrade check must agree on. */
export type UpgradeState = Readonly<z.output<typeof upgradeSchema>>;

/** run.json: the only run of a step of an upgrade check. */
const onlyRunSchema = z.strictObject({ version: z.literal(1), run: folderName });

const hint = "Take the file from a copy of the folder, or begin anew in another one.";
const REPEAT: FileKind<RepeatState> = { what: "the state of a repeat", version: 1, schema: repeatSchema, hint };
const SEARCH: FileKind<SearchState> = { what: "the state of a search", version: 1, schema: searchSchema, hint };
const UPGRADE: FileKind<UpgradeState> = {
  what: "the state of an upgrade check",
  version: 1,
  schema: upgradeSchema,
  hint,
};
const ONLY_RUN: FileKind<z.output<typeof onlyRunSchema>> = {
  what: "the name of a run",
  version: 1,
  schema: onlyRunSchema,
  hint: "Delete it: the step is then done again.",
};

/** Each is undefined where the folder has no such file. All throw RollcallError "damaged-file" or "file-version". */
export const readRepeat = (folder: string) => readKept(join(folder, "repeat.json"), REPEAT);
export const readSearch = (folder: string) => readKept(join(folder, "search.json"), SEARCH);
export const readUpgrade = (folder: string) => readKept(join(folder, "upgrade.json"), UPGRADE);
export const readOnlyRun = async (folder: string) => (await readKept(join(folder, "run.json"), ONLY_RUN))?.run;

export const writeRepeat = (folder: string, state: RepeatState) => writeJson(folder, "repeat.json", state);
export const writeSearch = (folder: string, state: SearchState) => writeJson(folder, "search.json", state);
export const writeUpgrade = (folder: string, state: UpgradeState) => writeJson(folder, "upgrade.json", state);
export const writeOnlyRun = (folder: string, run: string) => writeJson(folder, "run.json", { version: 1, run });
