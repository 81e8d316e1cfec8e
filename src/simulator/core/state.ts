import { RollcallError } from "../../model/error.ts";
import type { StoredCredentials } from "./credentials.ts";
import type { DeviceRecord, DeviceStore, NewProfile } from "./device-store.ts";
import type { AttributeValue } from "./device-values.ts";

/** What a server has: kept over a restart, e.g. as another release. Holds credentials in clear. */
export interface SimulatorState {
  readonly version: 1;
  readonly profiles: readonly NewProfile[];
  readonly devices: readonly KeptDevice[];
}

interface KeptDevice {
  readonly name: string;
  readonly tenant: string;
  /** Its name. */
  readonly profile: string;
  readonly createdTime: number;
  readonly gateway: boolean;
  readonly additionalInfo: DeviceRecord["additionalInfo"];
  readonly credentials: StoredCredentials;
  readonly serverAttributes: readonly (readonly [string, AttributeValue])[];
}

export function keepState(store: DeviceStore): SimulatorState {
  return {
    version: 1,
    profiles: [...store.profiles()].map(({ tenant, isDefault, settings }) => ({ tenant, isDefault, ...settings })),
    devices: [...store.devices()].map(
      ({ name, profile, createdTime, gateway, additionalInfo, credentials, values }) => ({
        name,
        tenant: profile.tenant,
        profile: profile.settings.name,
        createdTime,
        gateway,
        additionalInfo,
        credentials,
        serverAttributes: [...values.server],
      }),
    ),
  };
}

/** Into an empty store. Throws RollcallError "simulator-state" where it contradicts itself. */
export function restoreState(store: DeviceStore, state: SimulatorState): void {
  for (const profile of state.profiles) {
    const added = store.addProfile(profile);
    if (typeof added === "string") throw unfit(`profile ${profile.name}: ${added}`);
  }
  for (const { tenant, profile: profileName, serverAttributes, ...kept } of state.devices) {
    const profile = store.profileByName(tenant, profileName);
    if (profile === undefined) throw unfit(`device ${kept.name}: there is no profile ${profileName}`);
    const device = store.createDevice({ ...kept, profile });
    if (typeof device === "string") throw unfit(`device ${kept.name}: ${device}`);
    for (const [key, value] of serverAttributes) device.values.server.set(key, value);
  }
}

function unfit(why: string): RollcallError {
  return new RollcallError(
    "simulator-state",
    `The simulator's state cannot be taken up: ${why}.`,
    "Give the file that `rollcall simulate --state` wrote, or another name to begin anew.",
  );
}
