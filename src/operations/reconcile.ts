import type { ServerDevice } from "../model/administration.ts";

/**
 * What a run knows of one name. "told": the client got its credentials; "unknown": asked for, the answer never came;
 * "not-made": refused, or never asked for, so that the server has no reason to have it.
 */
export type Standing = "told" | "unknown" | "not-made";

export interface RunRecord {
  readonly names: ReadonlyMap<string, Standing>;
  /** Devices that left their name to the server: they cannot be looked up. */
  readonly unnamed: number;
  /** Milliseconds since 1970: what was created at another time was not created by the run. */
  readonly from: number;
  readonly to: number;
  readonly gateway: boolean;
}

export interface Reconciliation {
  /** Devices of the profile that the server has, whoever made them. */
  readonly onServer: number;
  readonly told: { readonly present: number; readonly missing: readonly string[] };
  /** Created, and no client was ever told. */
  readonly ghosts: readonly ServerDevice[];
  /** Told and present. */
  readonly present: readonly ServerDevice[];
  /** Bear a name of the run, yet the run cannot have made them: created at another time, or refused. */
  readonly foreign: readonly ServerDevice[];
  /** Bear a name of the run, whoever made them and when. */
  readonly bearers: readonly ServerDevice[];
  /** Of the run, but with the other gateway flag than asked for. */
  readonly wrongGateway: readonly string[];
  readonly unnamed: number;
}

/** Holds what a run recorded against every device of its profile. */
export async function reconcile(run: RunRecord, devices: AsyncIterable<ServerDevice>): Promise<Reconciliation> {
  const present: ServerDevice[] = [];
  const ghosts: ServerDevice[] = [];
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
    const inTime = device.createdTime >= run.from && device.createdTime <= run.to;
    if (standing === "not-made" || !inTime) foreign.push(device);
    else if (standing === "told") present.push(device);
    else ghosts.push(device);
  }
  const foreignNames = new Set(foreign.map(({ name }) => name));
  const missing = [...run.names]
    .filter(([name, standing]) => standing === "told" && (!found.has(name) || foreignNames.has(name)))
    .map(([name]) => name);
  const wrongGateway = [...present, ...ghosts].filter(({ gateway }) => gateway !== run.gateway).map(({ name }) => name);
  return {
    onServer,
    told: { present: present.length, missing },
    ghosts,
    present,
    foreign,
    bearers,
    wrongGateway,
    unnamed: run.unnamed,
  };
}
