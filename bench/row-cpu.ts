import { type Conditions, runMinimalClient, runRollcall } from "./rollcall.ts";
import { type Figure, medianOf } from "./table.ts";

const DEVICES = 20_000;
const REPEAT = 5;
const LIMIT = 1.25;

/**
 * Client CPU per device, provisioning and roll call, start and end of all processes included: parent and generator of
 * rollcall against one process of the minimal script.
 */
export async function measureCpu(conditions: Conditions): Promise<Figure> {
  const devices = conditions.devices ?? DEVICES;
  const ours: number[] = [];
  const theirs: number[] = [];
  // Interleaved, so that a machine that grows slower or faster does so for both.
  for (let round = 0; round < (conditions.repeat ?? REPEAT); round += 1) {
    theirs.push(((await runMinimalClient(conditions, devices)).cpuSeconds / devices) * 1_000);
    const use = await runRollcall(conditions, devices);
    ours.push((use.cpuSeconds / devices) * 1_000);
    const parts = use.processes.map((part) => ((part.cpuSeconds / devices) * 1_000).toFixed(3)).join(" + ");
    conditions.say(
      `minimal ${theirs.at(-1)?.toFixed(3)} ms, rollcall ${ours.at(-1)?.toFixed(3)} ms a device (${parts})`,
    );
  }
  const ratio = medianOf(ours) / medianOf(theirs);
  return {
    what: `client CPU per device, against a minimal script (${devices} devices)`,
    measured: `${medianOf(ours).toFixed(3)} ms : ${medianOf(theirs).toFixed(3)} ms`,
    ratio,
    limit: `<= ${LIMIT}`,
    passed: ratio <= LIMIT,
  };
}
