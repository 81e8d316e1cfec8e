import type { Distribution } from "./distribution.ts";
import type { VersionTraits } from "../core/version-table.ts";

/** How much time the server takes, and where requests queue. */
export interface ServiceModel {
  /** A queue consumer that finds nothing sleeps so long; there is one for requests and one for answers. 0: no sleep. */
  readonly pollMs: number;
  /** Requests that the core works on at once; undefined: as the version does. */
  readonly workers: number | undefined;
  /** Processors shared by the workers; undefined: one each. */
  readonly cores: number | undefined;
  /** To create a device, on a processor. */
  readonly provision: Distribution;
  /** How much longer a creation takes while the server's code is not compiled; undefined: it is warm. */
  readonly warmUp: readonly WarmUp[] | undefined;
  /** To look up credentials, on a processor. */
  readonly login: Distribution;
  /** A created device's attribute is saved in batches; a writer that has just saved sleeps up to so long. 0: at once. */
  readonly attributeFlushMs: number;
  /** A request without an answer for so long is given up; looked for as often. */
  readonly requestTimeoutMs: number;
  /** Requests that may wait for an answer; one more fails at once. */
  readonly maxPending: number;
}

/** One term of the curve: creation n (from 0) takes 1 + sum of `extra` e^(-n / devices) times as long as a warm one. */
export interface WarmUp {
  readonly extra: number;
  readonly devices: number;
}

export function warmUpFactor(warmUp: ServiceModel["warmUp"], created: number): number {
  return (warmUp ?? []).reduce((sum, { extra, devices }) => sum + extra * Math.exp(-created / devices), 1);
}

/**
 * Fitted to the processor time per device of a fresh ThingsBoard CE 4.2.1, batch after batch: 57 ms over the first 200
 * devices, 20 over the next 1,000, 16 over 2,000, 8.6 over 3,000, 6.5 over 3,000; warm 5.6. A first term for what is
 * interpreted, a second for what is compiled again and again.
 */
const JVM_WARM_UP: readonly WarmUp[] = [
  { extra: 10, devices: 120 },
  { extra: 3.5, devices: 2_500 },
];

const INSTANT: ServiceModel = {
  pollMs: 0,
  workers: undefined,
  cores: undefined,
  provision: { kind: "none" },
  warmUp: undefined,
  login: { kind: "none" },
  attributeFlushMs: 0,
  requestTimeoutMs: 10_000,
  maxPending: 10_000,
};

/**
 * ThingsBoard CE as measured on a 2-core machine that it shared with the client: some 190 devices a second from 3.8 on, 36
 * up to 3.7. One processor, because the client had the other.
 */
const THINGSBOARD_2CORE: ServiceModel = {
  pollMs: 25,
  workers: undefined,
  cores: 1,
  provision: { kind: "lognormal", medianMs: 4.7, sigma: 0.45 },
  warmUp: undefined,
  login: { kind: "lognormal", medianMs: 1, sigma: 0.45 },
  attributeFlushMs: 50,
  requestTimeoutMs: 10_000,
  maxPending: 10_000,
};
/** The serial versions: each creation takes longer, and the next one waits for its attribute. */
const THINGSBOARD_2CORE_SERIAL: ServiceModel = {
  ...THINGSBOARD_2CORE,
  provision: { kind: "lognormal", medianMs: 13, sigma: 0.45 },
};

const warm = (traits: VersionTraits): ServiceModel =>
  traits.workers === 1 ? THINGSBOARD_2CORE_SERIAL : THINGSBOARD_2CORE;

/** How much time a version takes under each name; -cold: just started. Of the serial versions no cold one was measured. */
export const PRESETS = {
  instant: (): ServiceModel => INSTANT,
  "thingsboard-2core": warm,
  "thingsboard-2core-cold": (traits: VersionTraits): ServiceModel => ({ ...warm(traits), warmUp: JVM_WARM_UP }),
} as const;

export type PresetName = keyof typeof PRESETS;

/** Nothing takes time and nothing queues: the answer can be given on the spot. */
export function isInstant(model: ServiceModel): boolean {
  return (
    model.pollMs === 0 && model.provision.kind === "none" && model.login.kind === "none" && model.attributeFlushMs === 0
  );
}
