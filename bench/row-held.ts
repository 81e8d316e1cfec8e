import { readdirSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { cpuSecondsOf, type ProcessUse, treeOf } from "./process-tree.ts";
import type { Meanwhile } from "./run-program.ts";
import { type Conditions, runInto, summaryIn, withResults } from "./rollcall.ts";
import { type Figure, figureOf, medianOf } from "./table.ts";
import { PLAIN } from "./wires.ts";

/** As many as a process with 20,000 open files may hold. */
const SESSIONS = 18_000;
/** Enough that a generator's memory no longer grows with the devices that come and go. */
const FEW = 2_000;
/** So long CPU is measured, while all sessions are held and nothing else happens. */
const WINDOW_SECONDS = 30;
/** Behind the last login, before the window: what comes of the logins is done then. */
const SETTLING_SECONDS = 3;
const HOLD_SECONDS = SETTLING_SECONDS + WINDOW_SECONDS + 5;
/**
 * Some 108,000 pings fall into the window. With 2 s a target on a busy machine fell behind, and sessions lapsed: a ping has half
 * of the interval to be answered.
 */
const KEEP_ALIVE_SECONDS = 5;
const REPEAT = 3;
const MOST_KIB = 8;
const MOST_US = 40;

/**
 * What a held session costs: a run of few devices that holds none, one that holds all of them in silence, one that pings them
 * too, in turn. Memory is what the generator's high-water mark grows by from the first to the second. CPU is that of the
 * generator in a window of the hold alone: what it takes more in the third run than in the second, for each ping of the window.
 */
export async function measureHeld(conditions: Conditions): Promise<readonly Figure[]> {
  const sessions = conditions.devices ?? SESSIONS;
  const kibs: number[] = [];
  const micros: number[] = [];
  for (let round = 0; round < (conditions.repeat ?? REPEAT); round += 1) {
    const none = await generatorOf(conditions, FEW, []);
    const silent = await hold(conditions, sessions, 0);
    const pinging = await hold(conditions, sessions, KEEP_ALIVE_SECONDS);
    kibs.push((silent.generator.peakBytes - none.peakBytes) / 1_024 / sessions);
    micros.push(((pinging.cpuShare - silent.cpuShare) / (sessions / KEEP_ALIVE_SECONDS)) * 1_000_000);
    conditions.say(
      `${sessions} sessions: ${kibs.at(-1)?.toFixed(1)} KiB each (${mib(none)} to ${mib(silent.generator)} MiB), ${micros.at(-1)?.toFixed(1)} us a ping (${percent(silent.cpuShare)} to ${percent(pinging.cpuShare)} of a processor)`,
    );
  }
  const [kib, us] = [medianOf(kibs), medianOf(micros)];
  return [
    figureOf(`memory of a held session (${sessions})`, `${spread(kibs)} KiB : ${MOST_KIB} KiB`, kib / MOST_KIB, {
      most: 1,
    }),
    figureOf(`CPU of a keep-alive round trip (${sessions})`, `${spread(micros)} us : ${MOST_US} us`, us / MOST_US, {
      most: 1,
    }),
  ];
}

const mib = ({ peakBytes }: ProcessUse): string => (peakBytes / 2 ** 20).toFixed(0);
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const spread = (values: readonly number[]): string =>
  `${medianOf(values).toFixed(1)} (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`;

/** What a hold took: the generator itself, and in the window the share of a processor that it had. */
interface Hold {
  readonly generator: ProcessUse;
  readonly cpuShare: number;
}

async function hold(conditions: Conditions, sessions: number, keepAliveSeconds: number): Promise<Hold> {
  let cpuShare = Number.NaN;
  const sets = [`rollCall.hold=${HOLD_SECONDS}s`, `rollCall.keepAlive=${keepAliveSeconds}s`];
  const generator = await generatorOf(conditions, sessions, sets, async (root, ended) => {
    const pid = await heldBy(root, sessions, ended);
    await setTimeout(SETTLING_SECONDS * 1_000, undefined, { signal: ended });
    const [from, before] = [performance.now(), cpuSecondsOf(pid)];
    await setTimeout(WINDOW_SECONDS * 1_000, undefined, { signal: ended });
    const [to, after] = [performance.now(), cpuSecondsOf(pid)];
    cpuShare = ((after ?? Number.NaN) - (before ?? Number.NaN)) / ((to - from) / 1_000);
  });
  return { generator, cpuShare };
}

/** The generator below `root`, as soon as it has so many connections. */
async function heldBy(root: number, sessions: number, ended: AbortSignal): Promise<number> {
  for (;;) {
    for (const pid of treeOf(root).slice(1)) if (openFilesOf(pid) >= sessions) return pid;
    await setTimeout(250, undefined, { signal: ended });
  }
}

function openFilesOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    // It has ended.
    return 0;
  }
}

/** Rejects where a session was lost: its pings would be counted and not be made. */
async function generatorOf(
  conditions: Conditions,
  sessions: number,
  sets: readonly string[],
  meanwhile?: Meanwhile,
): Promise<ProcessUse> {
  const options = sets.flatMap((set) => ["--set", set]);
  const { processes } = await withResults(async (results) => {
    const use = await runInto(results, conditions, PLAIN, sessions, { options, meanwhile });
    const { hold: held } = (await summaryIn(results)).rollCall;
    if (held !== undefined && held.stayed !== sessions)
      throw new Error(`${held.stayed} of ${sessions} sessions stayed`);
    return use;
  });
  const [, generator] = processes;
  if (generator === undefined) throw new Error("no generator was seen");
  return generator;
}
