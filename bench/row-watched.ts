import type { Grade } from "../src/model/summary.ts";
import { freePort, lookOn } from "./onlookers.ts";
import { type Conditions, runInto, summaryIn, withResults } from "./rollcall.ts";
import { type Figure, medianOf } from "./table.ts";
import { PLAIN } from "./wires.ts";

const DEVICES = 2_000;
const RATE = 100;
const REPEAT = 3;
/** What the two differ by though nothing is different. */
const MOST = 1.15;

interface Measured {
  /** Milliseconds of CPU a device. */
  readonly generator: number;
  readonly parent: number;
  readonly grade: Grade;
}

/**
 * A run under open load with its live page open, and on it a good browser, one that is stuck, a slow one and one that vanishes
 * again and again, against the same run without: neither the generator's CPU per device nor the run's validity may tell of it.
 */
export async function measureWatched(conditions: Conditions): Promise<Figure> {
  const devices = conditions.devices ?? DEVICES;
  const alone: Measured[] = [];
  const watched: Measured[] = [];
  // Interleaved, so that a machine that grows slower or faster does so for both.
  for (let round = 0; round < (conditions.repeat ?? REPEAT); round += 1) {
    alone.push(await measure(conditions, devices, undefined));
    watched.push(await measure(conditions, devices, await freePort()));
    const texts = [alone.at(-1), watched.at(-1)].map((each) =>
      each === undefined ? "" : `${each.generator.toFixed(3)} + ${each.parent.toFixed(3)} ms a device, ${each.grade}`,
    );
    conditions.say(`generator + parent: alone ${texts[0]}; watched ${texts[1]}`);
  }
  const [ours, theirs] = [watched, alone].map((runs) => medianOf(runs.map(({ generator }) => generator)));
  const ratio = (ours ?? Number.NaN) / (theirs ?? Number.NaN);
  // Where the run alone is not valid, the machine is busy with other work, and nothing is told of validity.
  const judged = watched.filter((_, round) => alone[round]?.grade === "valid");
  const spoilt = judged.filter(({ grade }) => grade !== "valid").length;
  return {
    what: `a generator's CPU per device, run watched by good, stuck, slow and vanishing browsers (${devices} devices, ${RATE} a second)`,
    measured: `${ours?.toFixed(3)} ms : ${theirs?.toFixed(3)} ms, ${judged.length === 0 ? "validity NOT KNOWN: none was valid alone" : `validity spoilt in ${spoilt} of ${judged.length}`}`,
    ratio,
    limit: `<= ${MOST}`,
    passed: ratio <= MOST && spoilt === 0,
  };
}

function measure(conditions: Conditions, devices: number, port: number | undefined): Promise<Measured> {
  return withResults(async (results) => {
    using onlookers = port === undefined ? undefined : lookOn(port);
    const options = port === undefined ? [] : ["--dashboard", String(port)];
    const use = await runInto(results, conditions, PLAIN, devices, {
      load: `load={constant: {rate: ${RATE}}, devices: ${devices}}`,
      options,
    });
    if (onlookers?.read === 0) throw new Error("nobody could look at the live page");
    const [parent, generator] = use.processes;
    if (parent === undefined || generator === undefined) throw new Error("no generator was seen");
    return {
      generator: (generator.cpuSeconds / devices) * 1_000,
      parent: (parent.cpuSeconds / devices) * 1_000,
      grade: (await summaryIn(results)).validity.grade,
    };
  });
}
