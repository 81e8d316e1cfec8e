import { RollcallError } from "../../model/error.ts";
import {
  type StoredCredentials,
  accessToken,
  basicCredentials,
  certificateCredentials,
  chainKey,
} from "./credentials.ts";
import type { DeviceStore } from "./device-store.ts";
import {
  DEFAULT_PROFILE,
  DEFAULT_TENANT,
  type SimulatedCredentials,
  type SimulatedDevice,
  type SimulatedProfile,
  type SimulatorOptions,
} from "../options.ts";

/** Puts the profiles and devices of the options into an empty store. Throws RollcallError where they contradict each other. */
export function loadFixtures(
  store: DeviceStore,
  options: Pick<SimulatorOptions, "profiles" | "devices" | "administrators">,
): void {
  const { profiles = [DEFAULT_PROFILE], administrators = [] } = options;
  addTenants(store, [DEFAULT_TENANT, ...[...profiles, ...administrators].flatMap(({ tenant }) => tenant ?? [])]);
  for (const profile of profiles) addProfile(store, profile, false);
  for (const device of options.devices ?? []) addDevice(store, device);
}

/** Each tenant of ThingsBoard has a profile from the start, its default. */
export function addTenants(store: DeviceStore, tenants: readonly string[]): void {
  for (const tenant of tenants) {
    if (store.profileByName(tenant, "default") !== undefined) continue;
    addProfile(store, { name: "default", key: "", secret: "", strategy: "disabled", tenant }, true);
  }
}

function mistake(message: string): RollcallError {
  return new RollcallError("simulator-fixture", message, "Correct the profiles and devices given to the simulator.");
}

function addProfile(store: DeviceStore, profile: SimulatedProfile, isDefault: boolean): void {
  const added = store.addProfile({
    tenant: profile.tenant ?? DEFAULT_TENANT,
    name: profile.name,
    isDefault,
    key: profile.strategy === "x509-chain" ? chainKey(profile.secret) : profile.key === "" ? undefined : profile.key,
    secret: profile.secret,
    strategy: profile.strategy,
    transport: profile.transport ?? "DEFAULT",
    namePattern: profile.namePattern ?? "(.*)",
    allowCreateByChain: profile.allowCreateByChain ?? true,
  });
  if (typeof added === "string") throw mistake(`profile ${profile.name}: ${added}`);
}

function addDevice(store: DeviceStore, device: SimulatedDevice): void {
  const profile = [...store.profiles()].find(({ settings }) => settings.name === device.profile);
  if (profile === undefined) throw mistake(`device ${device.name}: there is no profile ${device.profile}`);
  const credentials = device.credentials === undefined ? undefined : toStored(device.name, device.credentials);
  const created = store.createDevice({ profile, name: device.name, credentials, gateway: false });
  if (typeof created === "string") throw mistake(`device ${device.name}: ${created}`);
  if (device.provisionState !== undefined) created.values.server.set("provisionState", device.provisionState);
}

function toStored(name: string, credentials: SimulatedCredentials): StoredCredentials {
  switch (credentials.type) {
    case "ACCESS_TOKEN":
      return accessToken(credentials.token);
    case "X509_CERTIFICATE":
      return certificateCredentials(credentials.certificate);
    case "LWM2M_CREDENTIALS":
      return { type: "LWM2M_CREDENTIALS", id: credentials.id };
    case "MQTT_BASIC": {
      const { clientId, username, password } = credentials;
      const stored = basicCredentials(clientId ?? null, username ?? null, password ?? null);
      if (stored === undefined) throw mistake(`device ${name}: MQTT_BASIC needs a clientId or a username`);
      return stored;
    }
  }
}
