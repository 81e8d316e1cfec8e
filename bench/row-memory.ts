import { type Conditions, runRollcall } from "./rollcall.ts";
import { type Figure, medianOf } from "./table.ts";
import { PLAIN } from "./wires.ts";

const DEVICES = 10_000;
const TIMES = 10;
const REPEAT = 3;
const LIMIT = 1.1;

/** Peak memory of all processes together: ten times the fleet (or as many as is asked for) at the same concurrency must not need more. */
export async function measureMemory(conditions: Conditions): Promise<Figure> {
  const devices = conditions.devices ?? DEVICES;
  const many = devices * (conditions.times ?? TIMES);
  const small: number[] = [];
  const large: number[] = [];
  for (let round = 0; round < (conditions.repeat ?? REPEAT); round += 1) {
    small.push((await runRollcall(conditions, PLAIN, devices)).peakBytes / 2 ** 20);
    large.push((await runRollcall(conditions, PLAIN, many)).peakBytes / 2 ** 20);
    conditions.say(`${devices}: ${small.at(-1)?.toFixed(0)} MiB, ${many}: ${large.at(-1)?.toFixed(0)} MiB`);
  }
  const ratio = medianOf(large) / medianOf(small);
  return {
    what: `peak memory, ${many} devices against ${devices}`,
    measured: `${medianOf(large).toFixed(0)} MiB : ${medianOf(small).toFixed(0)} MiB`,
    ratio,
    limit: `<= ${LIMIT}`,
    passed: ratio <= LIMIT,
  };
}
