import type { Distribution } from "./distribution.ts";
import type { VersionTraits } from "./version-table.ts";

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
  /** To look up credentials, on a processor. */
  readonly login: Distribution;
  /** A created device's attribute is saved in batches; a writer that has just saved sleeps up to so long. 0: at once. */
  readonly attributeFlushMs: number;
  /** A request without an answer for so long is given up; looked for as often. */
  readonly requestTimeoutMs: number;
  /** Requests that may wait for an answer; one more fails at once. */
  readonly maxPending: number;
}

const INSTANT: ServiceModel = {
  pollMs: 0,
  workers: undefined,
  cores: undefined,
  provision: { kind: "none" },
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

/** How much time a version takes under each name. */
export const PRESETS = {
  instant: (): ServiceModel => INSTANT,
  "thingsboard-2core": (traits: VersionTraits): ServiceModel =>
    traits.workers === 1 ? THINGSBOARD_2CORE_SERIAL : THINGSBOARD_2CORE,
} as const;

export type PresetName = keyof typeof PRESETS;

/** Nothing takes time and nothing queues: the answer can be given on the spot. */
export function isInstant(model: ServiceModel): boolean {
  return (
    model.pollMs === 0 && model.provision.kind === "none" && model.login.kind === "none" && model.attributeFlushMs === 0
  );
}
