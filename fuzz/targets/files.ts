import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCalibration } from "../../src/record/calibration-file.ts";
import { readJournal } from "../../src/record/journal.ts";
import { readMembers } from "../../src/record/members-file.ts";
import { readPlan } from "../../src/record/plan-file.ts";
import { readRoster } from "../../src/record/roster.ts";
import { readRepeat, readSearch, readUpgrade } from "../../src/record/series-files.ts";
import { readServerRecord } from "../../src/record/server-file.ts";
import { readSetupRecord } from "../../src/record/setup-record.ts";
import { readSummaryFile } from "../../src/record/summary-file.ts";
import { readCrewFile } from "../../src/workers/crew/crew-file.ts";
import { mutateBytes, mutateJson } from "../mutate.ts";
import { wrongWithError } from "../rules.ts";
import type { Target } from "../target.ts";
import { KEPT_RUNS } from "./run-folder.ts";

async function drain(lines: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of lines);
}

/** A file of a run or a series, how it is read, and what it may be instead of a kept one. */
interface KeptFile {
  readonly name: string;
  readonly read: (folder: string) => Promise<unknown>;
  readonly text?: string;
}

const FILES: readonly KeptFile[] = [
  { name: "plan.json", read: readPlan },
  { name: "summary.json", read: readSummaryFile },
  { name: "server.json", read: readServerRecord },
  { name: "calibration.json", read: readCalibration },
  { name: "repeat.json", read: readRepeat },
  { name: "search.json", read: readSearch },
  { name: "upgrade.json", read: readUpgrade, text: '{"version":1,"scenario":"s.yaml","times":6,"planHash":"00ff"}' },
  { name: "journal-0.ndjson", read: (folder) => drain(readJournal(join(folder, "journal-0.ndjson"))) },
  { name: "roster-0.ndjson", read: (folder) => drain(readRoster(join(folder, "roster-0.ndjson"))) },
  {
    name: "setup.ndjson",
    read: readSetupRecord,
    text: `{"kind":"profile","id":"00000000-0000-4000-8000-000000000001","name":"p","createdTime":1,"at":2}\n`,
  },
  {
    name: "workers.json",
    read: readMembers,
    text: '{"version":1,"workers":[{"worker":"w","name":"w","host":"h","cores":2,"rollcall":"0.1.0","node":"v24","shards":[0]}]}',
  },
  {
    name: "crew-key.json",
    read: readCrewFile,
    text: `{"version":1,"run":"abc","publicKey":"${"A".repeat(43)}","secret":"fuzz-provision-s3cret","files":["journal-0.ndjson"]}`,
  },
];

/** Every file that a command reads, through its reader: what comes is data, or one error that says what to do. */
export const files: Target = {
  name: "files",
  few: 120,
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), "rollcall-fuzz-"));
    for (const name of ["whole", "series"]) await cp(join(KEPT_RUNS, name), folder, { recursive: true });
    const texts = new Map<string, string>();
    for (const { name, text } of FILES) texts.set(name, text ?? (await readFile(join(folder, name), "utf8")));
    return {
      try: async (dice) => {
        const { name, read } = dice.pick(FILES);
        const text = texts.get(name) ?? "";
        const lines = name.endsWith(".ndjson");
        const whole = lines && dice.chance(0.5) ? text.split("\n") : [text];
        const at = dice.roll(whole.length);
        const mutated = whole.with(at, mutateJson(whole[at] ?? "", dice)).join("\n");
        const bytes = dice.chance(0.2) ? mutateBytes(Buffer.from(text), dice) : Buffer.from(mutated);
        const path = join(folder, name);
        await writeFile(path, bytes);
        try {
          await read(folder);
          return undefined;
        } catch (error) {
          const wrong = wrongWithError(error);
          return wrong === undefined ? undefined : `${name}: ${wrong}`;
        } finally {
          await writeFile(path, text);
        }
      },
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
    };
  },
};
