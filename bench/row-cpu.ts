import { type Conditions, runMinimalScript, runRollcall } from "./rollcall.ts";
import { type Figure, medianOf } from "./table.ts";
import type { Wire } from "./wires.ts";

const REPEAT = 5;

/**
 * Client CPU per device, provisioning and roll call, start and end of all processes included: parent and generator of
 * rollcall against one process of the minimal script of the same wire. `devices` is many enough for the start to be little.
 */
export function createCpuRow(wire: Wire, devices: number, limit: number): (conditions: Conditions) => Promise<Figure> {
  return async (conditions) => {
    const count = conditions.devices ?? devices;
    const ours: number[] = [];
    const theirs: number[] = [];
    // Interleaved, so that a machine that grows slower or faster does so for both.
    for (let round = 0; round < (conditions.repeat ?? REPEAT); round += 1) {
      theirs.push(((await runMinimalScript(conditions, wire, count)).cpuSeconds / count) * 1_000);
      const use = await runRollcall(conditions, wire, count);
      ours.push((use.cpuSeconds / count) * 1_000);
      const parts = use.processes.map((part) => ((part.cpuSeconds / count) * 1_000).toFixed(3)).join(" + ");
      conditions.say(
        `minimal ${theirs.at(-1)?.toFixed(3)} ms, rollcall ${ours.at(-1)?.toFixed(3)} ms a device (${parts})`,
      );
    }
    const ratio = medianOf(ours) / medianOf(theirs);
    return {
      what: `client CPU per device over ${wire.what}, against a minimal script (${count} devices)`,
      measured: `${medianOf(ours).toFixed(3)} ms : ${medianOf(theirs).toFixed(3)} ms`,
      ratio,
      limit: `<= ${limit}`,
      passed: ratio <= limit,
    };
  };
}
