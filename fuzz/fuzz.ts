import { readdirSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createDice, seedOf } from "./dice.ts";
import type { OpenTarget, Target, Wrong } from "./target.ts";

export interface Finding {
  readonly target: string;
  readonly index: number;
  readonly wrong: string;
}

export interface Fuzzed {
  readonly target: string;
  readonly cases: number;
  readonly findings: readonly Finding[];
}

/** How much memory one case may cost for a moment. */
const MOST_BYTES = 400 * 1_024 * 1_024;
/** One fault is found by many cases. */
const MOST_FINDINGS = 10;

/** Cases `from`, `from + 1`, … of one target, until `enough` says so. */
export async function fuzzTarget(
  target: Target,
  seed: number,
  from: number,
  enough: (cases: number) => boolean,
  begin: (name: string) => void = () => undefined,
): Promise<Fuzzed> {
  const sockets = openSockets();
  const findings: Finding[] = [];
  const cases = await tryCases(target, seed, from, enough, begin, findings);
  const left = (await socketsAbove(sockets)) - sockets;
  if (left > 0)
    findings.push({ target: target.name, index: from, wrong: `${left} sockets are left open by its cases` });
  return { target: target.name, cases, findings };
}

async function tryCases(
  target: Target,
  seed: number,
  from: number,
  enough: (cases: number) => boolean,
  begin: (name: string) => void,
  findings: Finding[],
): Promise<number> {
  await using open = await target.open();
  let cases = 0;
  for (; !enough(cases) && findings.length < MOST_FINDINGS; cases += 1) {
    const index = from + cases;
    begin(`--seed ${seed} --target ${target.name} --case ${index}`);
    const wrong = await tryCase(open, seedOf(seed, target.name, index));
    if (wrong !== undefined) findings.push({ target: target.name, index, wrong });
  }
  return cases;
}

async function tryCase(open: OpenTarget, seed: number): Promise<Wrong> {
  const before = highWater();
  try {
    const wrong = await open.try(createDice(seed));
    if (wrong !== undefined) return wrong;
  } catch (error) {
    return `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const grown = highWater() - before;
  return grown > MOST_BYTES ? `${Math.round(grown / 1_048_576)} MiB of memory` : undefined;
}

/** What is closed is gone with one of the next turns of the event loop; so many are far more than enough. */
const MOST_TURNS = 500;

/** How many sockets this process has when they have had the time to close; no more than `before` is what is hoped for. */
async function socketsAbove(before: number): Promise<number> {
  for (let turns = 0; turns < MOST_TURNS && openSockets() > before; turns += 1) await sleep(10);
  return openSockets();
}

/** Where that cannot be looked at: none. */
function openSockets(): number {
  if (process.platform !== "linux") return 0;
  return readdirSync("/proc/self/fd").filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith("socket:");
    } catch {
      // The descriptor of this very listing.
      return false;
    }
  }).length;
}

/** The most that this process ever held, bytes; a case that costs much raises it. */
function highWater(): number {
  return process.resourceUsage().maxRSS * 1_024;
}
