import { setTimeout as sleep } from "node:timers/promises";
import { judge, type Trend, trendOf } from "./flatness.ts";
import { type Amount, type Load, startHeld, startSteady } from "./loads.ts";
import { examine, type Left } from "./results.ts";
import { startServer } from "./server.ts";
import { faultsOf, type Spell } from "./spells.ts";
import { childrenOf, look, type Watched } from "./watch.ts";

export interface SoakOptions extends Amount {
  /** Where results and logs go. */
  readonly folder: string;
  readonly say: (text: string) => void;
  /** Ends it early, its loads with it: they would go on for days. */
  readonly stop?: AbortSignal;
}

/** One process, one thing that must not grow. */
export interface Growth {
  readonly process: string;
  readonly of: "memory" | "descriptors";
  readonly trend: Trend | undefined;
  readonly verdict: ReturnType<typeof judge>;
}

export interface Soaked {
  readonly spells: number;
  /** Milliseconds that were judged, after the warm-up. */
  readonly judgedMs: number;
  readonly growth: readonly Growth[];
  readonly loads: readonly ({ readonly name: string; readonly code: number | null } & Left)[];
}

/** What a process may grow by in an hour; what leaks with every device of 40 a second is far above it. */
export const MOST_AN_HOUR = { memory: 16 * 1_024 * 1_024, descriptors: 5 } as const;

const MINUTE_MS = 60_000;
const SAMPLES_EVERY_MS = 2_000;
/** At least so many, however short it is. */
const SAMPLES_A_CYCLE = 8;
/** Of a minute a third; what is under way at its end has so long to come to its end by itself. */
const SPELL_SHARE = 1 / 3;
const SETTLE_MS = 10_000;
const WARM_UP = { share: 0.2, mostMs: 10 * MINUTE_MS } as const;
/** The held fleet is stopped when the others have ended; it must not end before, however slow the machine is. */
const HELD_SECONDS = 7 * 86_400;

/**
 * Held sessions and a steady load over each transport, while the simulator's faults go on and off. Memory and
 * descriptors are looked at where no fault is on, or how many devices wait for a time-out would be taken for a trend.
 */
export async function soak({ seconds, held, rate, folder, say, stop }: SoakOptions): Promise<Soaked> {
  const server = await startServer(held);
  const loads: Load[] = [];
  const stopAll = (): void => {
    for (const load of loads) load.stop();
  };
  stop?.addEventListener("abort", stopAll);
  try {
    const fleet = await startHeld(server.ports, { seconds: HELD_SECONDS, held, rate }, folder);
    loads.push(fleet);
    const ends = new AbortController();
    void fleet.ended.then(() => ends.abort());
    while (server.sessions() < held && !ends.signal.aborted) await sleep(100);
    say(`${server.sessions()} sessions are held`);
    loads.push(...(await startSteady(server.ports, { seconds, held, rate }, folder)));

    if (stop?.aborted === true) stopAll();
    const steady = loads.slice(1);
    const over = new AbortController();
    void Promise.all(steady.map(({ ended }) => ended)).then(() => over.abort());
    while (steady.some(({ pid }) => childrenOf(pid).length === 0) && !over.signal.aborted) await sleep(20);

    const began = Date.now();
    const spells: Spell[] = [];
    const watched = new Map<number, Watched>();
    const roots = new Map([["simulator", server.pid], ...loads.map(({ name, pid }) => [name, pid] as const)]);
    await watch(began);
    fleet.stop();
    const codes = await Promise.all(loads.map(({ ended }) => ended));
    const left = await Promise.all(loads.map(({ out }) => examine(out, spells)));
    return {
      spells: spells.length,
      ...judgeAll(watched, began),
      loads: loads.map(({ name }, index) => ({ name, code: codes[index] ?? null, ...required(left[index]) })),
    };

    async function watch(from: number): Promise<void> {
      const cycle = Math.min(MINUTE_MS, (seconds * 1_000) / 3);
      let spell: Spell | undefined;
      while (!over.signal.aborted) {
        const now = Date.now();
        const within = (now - from) % cycle;
        const due = within >= cycle * (1 - SPELL_SHARE);
        if (due && spell === undefined) {
          spell = { faults: faultsOf(spells.length), from: now, until: Number.POSITIVE_INFINITY };
          spells.push(spell);
          server.strike(spell.faults);
          say(`faults on: ${spell.faults.map(({ kind }) => kind).join(", ")}`);
        } else if (!due && spell !== undefined) {
          server.strike([]);
          spell.until = now;
          spell = undefined;
        }
        const settled = spells.every(({ until }) => now > until + Math.min(SETTLE_MS, cycle / 4));
        if (settled && now < from + seconds * 1_000) look(roots, now, watched);
        await sleep(Math.min(SAMPLES_EVERY_MS, cycle / SAMPLES_A_CYCLE), undefined, { signal: over.signal }).catch(
          () => undefined,
        );
      }
    }

    function judgeAll(all: ReadonlyMap<number, Watched>, from: number): Pick<Soaked, "judgedMs" | "growth"> {
      const wholeMs = seconds * 1_000;
      const warm = Math.min(wholeMs * WARM_UP.share, WARM_UP.mostMs);
      const judgedMs = wholeMs - warm;
      const growth = [...all.values()].flatMap((process) =>
        (["memory", "descriptors"] as const).map((of) => {
          const trend = trendOf(process[of].filter(({ at }) => at >= from + warm));
          return { process: process.name, of, trend, verdict: judge(trend, MOST_AN_HOUR[of], judgedMs) };
        }),
      );
      return { judgedMs, growth };
    }
  } finally {
    stopAll();
    await Promise.all(loads.map(({ ended }) => ended));
    await server.close();
  }
}

function required(left: Left | undefined): Left {
  if (left === undefined) throw new Error("a load without results");
  return left;
}
