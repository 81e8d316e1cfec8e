import { join } from "node:path";
import { makeRun } from "./made-run.ts";
import { type Conditions, PROGRAM, withResults } from "./rollcall.ts";
import { runProgram } from "./run-program.ts";
import { type Figure, figureOf, medianOf } from "./table.ts";

const DEVICES = 1_000_000;
const REPEAT = 3;
const MOST_SECONDS = 10;
const MOST_MIB = 300;

/** What it costs to make a report from the journals of a large run. */
export async function measureFold(conditions: Conditions): Promise<readonly Figure[]> {
  const devices = conditions.devices ?? DEVICES;
  const seconds: number[] = [];
  const mibs: number[] = [];
  await withResults(async (results) => {
    const folder = join(results, "made");
    await makeRun(folder, devices);
    for (let round = 0; round < (conditions.repeat ?? REPEAT); round += 1) {
      const { cpuSeconds, peakBytes } = await runProgram([PROGRAM, "report", folder]);
      seconds.push(cpuSeconds);
      mibs.push(peakBytes / 2 ** 20);
      conditions.say(`${devices} devices: ${cpuSeconds.toFixed(1)} s of CPU, ${mibs.at(-1)?.toFixed(0)} MiB`);
    }
  });
  const [cpu, mib] = [medianOf(seconds), medianOf(mibs)];
  return [
    figureOf(`CPU of a report (${devices} devices)`, `${cpu.toFixed(1)} s : ${MOST_SECONDS} s`, cpu / MOST_SECONDS, {
      most: 1,
    }),
    figureOf(`memory of a report (${devices} devices)`, `${mib.toFixed(0)} MiB : ${MOST_MIB} MiB`, mib / MOST_MIB, {
      most: 1,
    }),
  ];
}
