import { MOST_SKEW_MS, type ServerDevice } from "../model/administration.ts";
import type { Strategy } from "../model/plan.ts";
import type { DeviceClaim, Window } from "./deletion-decision.ts";

/**
 * What a run knows of one name. "told": the client got its credentials; "unknown": asked for, and may have been made though its
 * client does not know; "not-made": refused, or never asked for, so that the server has no reason to have it.
 */
export type Standing = "told" | "unknown" | "not-made";

/** What a run recorded of the devices that it asked for. */
export interface RunRecord {
  readonly names: ReadonlyMap<string, Standing>;
  /** Devices that left their name to the server: they cannot be looked up. */
  readonly unnamed: number;
  /** Milliseconds since 1970: what was created at another time was not created by the run. */
  readonly from: number;
  readonly to: number;
  /** Ids of devices that bore a name of the run before it began; undefined: nobody looked. */
  readonly seenBefore: ReadonlySet<string> | undefined;
  readonly gateway: boolean;
  /** Whether a device that is told of was made by the run, or may have been there before. */
  readonly strategy: Strategy;
}

export interface Reconciliation {
  /** Devices of the profile that the server has, whoever made them. */
  readonly onServer: number;
  readonly told: { readonly present: number; readonly missing: readonly string[] };
  /** Created, and no client was ever told. */
  readonly ghosts: readonly ServerDevice[];
  /** Told and present. */
  readonly present: readonly ServerDevice[];
  /** Those of present and ghosts that were not there before the run. */
  readonly made: readonly ServerDevice[];
  /** Bear a name of the run, yet the run cannot have made them: created at another time, or refused. */
  readonly foreign: readonly ServerDevice[];
  /** Bear a name of the run, whoever made them and when. */
  readonly bearers: readonly ServerDevice[];
  /** The run's devices that have another gateway flag than was asked for. */
  readonly wrongGateway: readonly string[];
  readonly unnamed: number;
}

/** Holds what a run recorded against every device of its profile. */
export async function reconcile(run: RunRecord, devices: AsyncIterable<ServerDevice>): Promise<Reconciliation> {
  const present: ServerDevice[] = [];
  const ghosts: ServerDevice[] = [];
  const made: ServerDevice[] = [];
  const foreign: ServerDevice[] = [];
  const bearers: ServerDevice[] = [];
  const found = new Set<string>();
  let onServer = 0;
  for await (const device of devices) {
    onServer += 1;
    const standing = run.names.get(device.name);
    // Devices come and go while pages are read: the same one can be on two of them.
    if (standing === undefined || found.has(device.name)) continue;
    found.add(device.name);
    bearers.push(device);
    const place = placeOf(run, standing, device);
    if (place === "there" || place === "made") present.push(device);
    if (place === "ghost") ghosts.push(device);
    if (place === "made" || place === "ghost") made.push(device);
    if (place === "foreign") foreign.push(device);
  }
  const foreignNames = new Set(foreign.map(({ name }) => name));
  const missing = [...run.names]
    .filter(([name, standing]) => standing === "told" && (!found.has(name) || foreignNames.has(name)))
    .map(([name]) => name);
  const wrongGateway = made.filter(({ gateway }) => gateway !== run.gateway).map(({ name }) => name);
  return {
    onServer,
    told: { present: present.length, missing },
    ghosts,
    present,
    made,
    foreign,
    bearers,
    wrongGateway,
    unnamed: run.unnamed,
  };
}

/** When the run made the device of that name, if it did; undefined: it cannot have made one. */
function windowOf(run: RunRecord, name: string): Window | undefined {
  const standing = run.names.get(name);
  if (standing === undefined || standing === "not-made") return undefined;
  switch (run.strategy) {
    case "allow-create": {
      // SUCCESS means that the name was free: there the clocks' difference cannot take what is another's.
      const slack = standing === "told" ? MOST_SKEW_MS : 0;
      return { from: run.from - slack, to: run.to + slack };
    }
    case "x509-chain":
      return { from: run.from, to: run.to };
    case "pre-provisioned":
    case "disabled":
      return undefined;
  }
}

/** By what a device of the profile is one that the run made. */
export function claimOf(run: RunRecord, profile: string): DeviceClaim {
  return {
    by: "request",
    profiles: [profile],
    windowOf: (name) => windowOf(run, name),
    seenBefore: run.seenBefore ?? new Set(),
  };
}

/** "there": told of, and not made by the run; "none": the run had no part in it. */
type Place = "there" | "made" | "ghost" | "foreign" | "none";

function placeOf(run: RunRecord, standing: Standing, { id, name, createdTime }: ServerDevice): Place {
  const window = windowOf(run, name);
  const inTime =
    window !== undefined && createdTime >= window.from && createdTime <= window.to && run.seenBefore?.has(id) !== true;
  switch (run.strategy) {
    case "allow-create":
      if (!inTime) return "foreign";
      return standing === "told" ? "made" : "ghost";
    case "x509-chain":
      // A device that was there before is given a new certificate.
      if (standing === "told") return inTime ? "made" : "there";
      return standing === "unknown" && inTime ? "ghost" : "foreign";
    case "pre-provisioned":
    case "disabled":
      return standing === "told" ? "there" : "none";
  }
}
