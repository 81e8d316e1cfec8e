import { type Conditions, runRollcall } from "./rollcall.ts";
import { type Figure, medianOf } from "./table.ts";
import { PLAIN } from "./wires.ts";

const DEVICES = 10_000;
const REPEAT = 5;
const LIMIT = 1.5;

/**
 * How fast the simulator answers against how fast one generator asks. Both are single-threaded, so that the rate each
 * could reach on a core of its own is the inverse of its CPU per device; measured so, it needs no core to spare.
 */
export async function measureSimulator(conditions: Conditions): Promise<Figure> {
  const devices = conditions.devices ?? DEVICES;
  const asked: number[] = [];
  const answered: number[] = [];
  for (let round = 0; round < (conditions.repeat ?? REPEAT); round += 1) {
    const before = conditions.target.cpuSeconds();
    const use = await runRollcall(conditions, PLAIN, devices);
    answered.push(devices / (conditions.target.cpuSeconds() - before));
    // The parent comes first; the generator is its only child.
    asked.push(devices / (use.processes[1]?.cpuSeconds ?? Number.NaN));
    conditions.say(`answers ${answered.at(-1)?.toFixed(0)}/s, asks ${asked.at(-1)?.toFixed(0)}/s of a core`);
  }
  const ratio = medianOf(answered) / medianOf(asked);
  return {
    what: `the simulator's rate, against one generator's (${devices} devices)`,
    measured: `${medianOf(answered).toFixed(0)}/s : ${medianOf(asked).toFixed(0)}/s`,
    ratio,
    limit: `>= ${LIMIT}`,
    passed: ratio >= LIMIT,
  };
}
