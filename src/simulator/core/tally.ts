import type { DeviceStore } from "./device-store.ts";
import type { ProvisionReply } from "./provision-reply.ts";

/** Running totals, counted where things happen. */
export interface Tally {
  connections: number;
  open: number;
  requests: number;
  badRequests: number;
  succeeded: number;
  notFound: number;
  failed: number;
  /** Requests that ended without an answer of the core. */
  unanswered: number;
  logins: number;
  admitted: number;
  refused: number;
  takeovers: number;
  /** Telemetry and attributes of devices, accepted over MQTT. */
  messages: number;
  faults: number;
  /** Requests that the core is yet to take up, by a fault of that kind. */
  late: number;
}

export function createTally(): Tally {
  return {
    connections: 0,
    open: 0,
    requests: 0,
    badRequests: 0,
    succeeded: 0,
    notFound: 0,
    failed: 0,
    unanswered: 0,
    logins: 0,
    admitted: 0,
    refused: 0,
    takeovers: 0,
    messages: 0,
    faults: 0,
    late: 0,
  };
}

export interface SimulatorStats extends Readonly<Tally> {
  /** All in the store, those made beforehand included. */
  readonly devices: number;
  /** Device sessions that are connected now. */
  readonly sessions: number;
  /** Names of the devices that provision requests created, in order. */
  readonly created: readonly string[];
  /** Those of them whose client never got the answer. */
  readonly ghosts: readonly string[];
}

export function readStats(tally: Tally, store: DeviceStore, sessions: number): SimulatorStats {
  const created: string[] = [];
  const ghosts: string[] = [];
  for (const device of store.devices()) {
    if (device.told === undefined) continue;
    created.push(device.name);
    if (device.told === "ghost") ghosts.push(device.name);
  }
  return { ...tally, devices: store.size, sessions, created, ghosts };
}

export function countReply(tally: Tally, reply: ProvisionReply): void {
  if (reply.status === "SUCCESS") tally.succeeded += 1;
  else if (reply.status === "NOT_FOUND") tally.notFound += 1;
  else tally.failed += 1;
}
