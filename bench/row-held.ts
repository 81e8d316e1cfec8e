import type { ProcessUse } from "./process-tree.ts";
import { type Conditions, runInto, withResults } from "./rollcall.ts";
import { type Figure, figureOf, medianOf } from "./table.ts";
import { PLAIN } from "./wires.ts";

/** As many as a process with 20,000 open files may hold. */
const SESSIONS = 18_000;
/** Enough that a generator's memory no longer grows with the devices that come and go. */
const FEW = 2_000;
const HOLD_SECONDS = 30;
const KEEP_ALIVE_SECONDS = 5;
const REPEAT = 3;
const MOST_KIB = 8;
const MOST_US = 40;

/**
 * What a held session costs: a run of few devices that holds none, one that holds all of them in silence, one that pings them
 * too, in turn. Memory is what the generator's high-water mark grows by from the first to the second, CPU what the third takes
 * more than the second, for each ping that is answered.
 */
export async function measureHeld(conditions: Conditions): Promise<readonly Figure[]> {
  const sessions = conditions.devices ?? SESSIONS;
  const pings = sessions * (HOLD_SECONDS / KEEP_ALIVE_SECONDS);
  const kibs: number[] = [];
  const micros: number[] = [];
  for (let round = 0; round < (conditions.repeat ?? REPEAT); round += 1) {
    const none = await generatorOf(conditions, FEW, []);
    const silent = await generatorOf(conditions, sessions, [`rollCall.hold=${HOLD_SECONDS}s`, "rollCall.keepAlive=0s"]);
    const pinging = await generatorOf(conditions, sessions, [
      `rollCall.hold=${HOLD_SECONDS}s`,
      `rollCall.keepAlive=${KEEP_ALIVE_SECONDS}s`,
    ]);
    kibs.push((silent.peakBytes - none.peakBytes) / 1_024 / sessions);
    micros.push(((pinging.cpuSeconds - silent.cpuSeconds) / pings) * 1_000_000);
    conditions.say(
      `${sessions} sessions: ${kibs.at(-1)?.toFixed(1)} KiB each (${mib(none)} to ${mib(silent)} MiB), ${micros.at(-1)?.toFixed(1)} us a ping (${silent.cpuSeconds.toFixed(2)} to ${pinging.cpuSeconds.toFixed(2)} s)`,
    );
  }
  const [kib, us] = [medianOf(kibs), medianOf(micros)];
  return [
    figureOf(`memory of a held session (${sessions})`, `${kib.toFixed(1)} KiB : ${MOST_KIB} KiB`, kib / MOST_KIB, {
      most: 1,
    }),
    figureOf(`CPU of a keep-alive round trip (${sessions})`, `${us.toFixed(1)} us : ${MOST_US} us`, us / MOST_US, {
      most: 1,
    }),
  ];
}

const mib = ({ peakBytes }: ProcessUse): string => (peakBytes / 2 ** 20).toFixed(0);

async function generatorOf(conditions: Conditions, sessions: number, sets: readonly string[]): Promise<ProcessUse> {
  const options = sets.flatMap((set) => ["--set", set]);
  const { processes } = await withResults((results) => runInto(results, conditions, PLAIN, sessions, { options }));
  const [, generator] = processes;
  if (generator === undefined) throw new Error("no generator was seen");
  return generator;
}
