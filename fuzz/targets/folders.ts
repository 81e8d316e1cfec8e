import { lstat, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readSummaryFile } from "../../src/record/summary-file.ts";
import type { Dice } from "../dice.ts";
import { mutateBytes, mutateJson } from "../mutate.ts";
import { wrongWithEnd } from "../rules.ts";
import type { Ledger } from "../../src/model/summary.ts";
import type { Target, Wrong } from "../target.ts";
import { openPlace } from "./place.ts";

/** A run's folder that something happened to, through every command that reads one. */
export const folders: Target = {
  name: "folders",
  few: 10,
  open: async () => {
    const place = await openPlace();
    return {
      try: async (dice) => {
        const run = await place.copyRun();
        for (let times = dice.pick([1, 1, 1, 2, 3]); times > 0; times -= 1) await spoil(run, dice);
        const command = dice.pick(COMMANDS)(run, String(place.simulator.port));
        const from = performance.now();
        const said = await place.rollcall(command);
        const missing = place.missing();
        place.restore();
        const where = `${command[0]}: `;
        if (missing.length > 0) return `${where}deleted ${missing.join(", ")}`;
        const wrong = wrongWithEnd(said, performance.now() - from);
        if (wrong !== undefined) return where + wrong;
        if (command[0] !== "report" || said.code === 2) return undefined;
        const ledger = (await readSummaryFile(run))?.ledger;
        return ledger === undefined ? undefined : wrongWithLedger(ledger, said.code);
      },
      [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
    };
  },
};

const COMMANDS: readonly ((run: string, port: string) => readonly string[])[] = [
  (run) => ["report", run],
  (run) => ["report", run, "--full"],
  (run) => ["reconcile", run],
  (run) => ["cleanup", run, "--yes"],
  (run) => ["cleanup", run, "--yes"],
  (run) => ["cleanup", run],
  (run) => ["compare", run, "--", run],
  (run, port) => ["verify", run, "--host", "127.0.0.1", "--port", port],
  (run, port) => ["resume", run, "--host", "127.0.0.1", "--port", port, "--quiet", "--yes"],
  (run) => ["collect", run, "--bus", "nats://127.0.0.1:1"],
];

/** Of a journal that somebody spoilt the equations may not hold: then they say so, and it is no pass. */
function wrongWithLedger(ledger: Ledger, code: number): Wrong {
  const { planned, started, dropped, unreported, provisioned, rejected, failed, aborted, imbalances } = ledger;
  const holds = planned === started + dropped + unreported && started === provisioned + rejected + failed + aborted;
  if (imbalances.length > 0) return code === 0 ? `a pass, though ${imbalances.join(", ")}` : undefined;
  return holds ? undefined : `the ledger does not balance, and does not say so: ${JSON.stringify(ledger)}`;
}

async function spoil(run: string, dice: Dice): Promise<void> {
  const names = await readdir(run);
  const name = dice.pick(names);
  const path = join(run, name);
  if (dice.chance(0.05)) {
    await rm(path, { recursive: true });
    if (dice.chance(0.5)) await symlink(dice.pick(["/dev/zero", "/dev/full", run, "/proc/self/mem", path]), path);
    return;
  }
  // What an earlier spoiling put there may never end, or be a file outside the folder.
  if ((await lstat(path)).isSymbolicLink()) return;
  const text = await readFile(path, "latin1").catch(() => "");
  if (dice.chance(0.2)) {
    await writeFile(path, mutateBytes(Buffer.from(text, "latin1"), dice)).catch(() => undefined);
    return;
  }
  const lines = name.endsWith(".ndjson") ? text.split("\n") : [text];
  const at = dice.roll(lines.length);
  const changes: readonly (() => readonly string[])[] = [
    () => lines.with(at, mutateJson(lines[at] ?? "", dice)),
    () => lines.with(at, mutateJson(lines[at] ?? "", dice)),
    () => lines.toSpliced(at, 1),
    () => lines.toSpliced(at, 0, lines[dice.roll(lines.length)] ?? ""),
  ];
  await writeFile(path, dice.pick(changes)().join("\n")).catch(() => undefined);
}
