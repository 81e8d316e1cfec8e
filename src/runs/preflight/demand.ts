import { devicesOf, loginsADevice } from "../../model/devices-of.ts";
import type { Phase, Plan } from "../../model/plan.ts";

/** What a plan will take from this machine, at most. */
export interface Demand {
  /** Sockets open at once that the plan is sure to need, over all generators. */
  readonly connections: number;
  /** The same if an open load runs into its in-flight cap. */
  readonly connectionsAtCap: number;
  /** Connections made over the run, one after the other. */
  readonly connectionsInAll: number;
  readonly memoryBytes: number;
}

/** What one connection takes with its socket, client and timers, in bytes: measured near 50 KB, rounded up. */
const BYTES_A_CONNECTION = 80_000;
/** What one generator takes at rest, in bytes. */
const BYTES_A_GENERATOR = 150_000_000;

export function demandOf(plan: Plan, generators: number): Demand {
  const devices = devicesOf(plan);
  const called = plan.rollCall.when === "off" ? 0 : devices;
  const logins = called * loginsADevice(plan);
  const rollCall = plan.rollCall.hold > 0 ? called : Math.min(called, plan.rollCall.concurrency);
  const sure = plan.phases.map((phase) => Math.min(plan.maxInFlight, sureInFlight(phase)));
  const atCap = plan.phases.map((phase) => (phase.shape.kind === "closed" ? sureInFlight(phase) : phase.devices));
  // They stay connected through all of it.
  const background = plan.background?.devices ?? 0;
  const connections = background + Math.max(rollCall, ...sure);
  const connectionsAtCap = background + Math.max(rollCall, ...atCap.map((count) => Math.min(plan.maxInFlight, count)));
  return {
    connections,
    connectionsAtCap,
    connectionsInAll: background + devices + logins,
    memoryBytes: generators * BYTES_A_GENERATOR + connections * BYTES_A_CONNECTION,
  };
}

function sureInFlight(phase: Phase): number {
  switch (phase.shape.kind) {
    case "closed":
      return Math.min(phase.shape.concurrency, phase.devices);
    case "burst":
      return phase.devices;
    case "constant":
    case "poisson":
    case "ramp":
    case "stages":
    case "spike":
      // Rate times answer time, and the answer time is what the run is to find out.
      return 1;
  }
}

/**
 * How many generators run: as asked, "auto" is one core less than there are. Never more than anything that is shared
 * out among them, or some would have a share of nothing.
 */
export function generatorsOf(plan: Plan, cores: number): number {
  const asked = plan.generators === "auto" ? cores - 1 : plan.generators;
  const closed = plan.phases.flatMap(({ shape }) => (shape.kind === "closed" ? [shape.concurrency] : []));
  const devices = plan.phases.map((phase) => phase.devices);
  const shared = [
    ...closed,
    ...(devices.length === 0 ? [] : [Math.max(...devices)]),
    plan.maxInFlight,
    plan.rollCall.concurrency,
  ];
  return Math.max(1, Math.min(asked, ...shared));
}
