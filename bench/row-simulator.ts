import { type Conditions, runRollcall } from "./rollcall.ts";
import { type Figure, figureOf, medianOf } from "./table.ts";
import { PLAIN } from "./wires.ts";

const DEVICES = 10_000;
/** Of a run of so few is what start and end cost. */
const FEW = 1_000;
const REPEAT = 5;
const LIMIT = 1.2;

/**
 * How fast the simulator answers against how fast one generator of the lean client asks. Both are single-threaded, so that the rate
 * each could reach on a core of its own is the inverse of its CPU per device; measured so, it needs no core to spare. What a generator
 * takes to start is no asking: a run of few devices is taken from one of many.
 */
export async function measureSimulator(conditions: Conditions): Promise<Figure> {
  const devices = conditions.devices ?? DEVICES;
  const asked: number[] = [];
  const answered: number[] = [];
  for (let round = 0; round < (conditions.repeat ?? REPEAT); round += 1) {
    const few = await measureRun(conditions, FEW);
    const many = await measureRun(conditions, FEW + devices);
    asked.push(devices / (many.generator - few.generator));
    answered.push(devices / (many.simulator - few.simulator));
    conditions.say(`answers ${answered.at(-1)?.toFixed(0)}/s, asks ${asked.at(-1)?.toFixed(0)}/s of a core`);
  }
  const ratio = medianOf(answered) / medianOf(asked);
  return figureOf(
    `the simulator's rate, against one generator's (${devices} devices)`,
    `${medianOf(answered).toFixed(0)}/s : ${medianOf(asked).toFixed(0)}/s`,
    ratio,
    { least: LIMIT },
  );
}

/** CPU seconds of both. */
async function measureRun(
  conditions: Conditions,
  devices: number,
): Promise<{ readonly generator: number; readonly simulator: number }> {
  const before = conditions.target.cpuSeconds();
  const { processes } = await runRollcall(conditions, PLAIN, devices);
  // The parent comes first; the generator is its only child.
  const generator = processes[1]?.cpuSeconds ?? Number.NaN;
  return { generator, simulator: conditions.target.cpuSeconds() - before };
}
