import type { Strategy } from "../../model/plan.ts";
import { type StoredCredentials, accessToken } from "./credentials.ts";
import { DeviceValues } from "./device-values.ts";
import type { Random } from "../timing/random.ts";

/** What a profile says about provisioning. */
export interface ProfileSettings {
  readonly name: string;
  /** Unique over all tenants; undefined: nobody can ask for it. For x509-chain: sha3 of the CA certificate. */
  readonly key: string | undefined;
  readonly secret: string;
  readonly strategy: Strategy;
  /** DEFAULT, MQTT, COAP, … */
  readonly transport: string;
  /** x509-chain: group 1 of this pattern over the leaf's common name is the device's name. */
  readonly namePattern: string;
  readonly allowCreateByChain: boolean;
}

export interface ProfileRecord {
  readonly id: string;
  readonly tenant: string;
  /** Milliseconds since 1970. */
  readonly createdTime: number;
  readonly isDefault: boolean;
  /** Changed by the store only: devices hold the record. */
  settings: ProfileSettings;
}

export interface NewProfile extends ProfileSettings {
  readonly tenant: string;
  readonly isDefault: boolean;
}

type AdditionalInfo = Readonly<Record<string, unknown>>;

export interface DeviceRecord {
  readonly id: string;
  readonly name: string;
  /** Changed by the store only. */
  profile: ProfileRecord;
  /** Milliseconds since 1970. */
  readonly createdTime: number;
  readonly gateway: boolean;
  /** As REST was given it; undefined: nobody gave any. */
  readonly additionalInfo: AdditionalInfo | undefined;
  readonly values: DeviceValues;
  /** Changed by the store only. */
  credentials: StoredCredentials;
  /** Whether the client that asked for it got the answer; undefined: not made by a provision request. */
  told: "pending" | "told" | "ghost" | undefined;
}

export interface NewDevice {
  readonly profile: ProfileRecord;
  readonly name: string;
  /** Undefined: a new access token. */
  readonly credentials: StoredCredentials | undefined;
  readonly gateway: boolean;
  readonly additionalInfo?: AdditionalInfo | undefined;
  /** Default: now. */
  readonly createdTime?: number;
}

/** Why a device was not created; nothing is left behind then. */
export type Refusal = "name-taken" | "credentials-taken" | "limit" | "bad-name";

type ProfileRefusal = "key-taken" | "name-taken";

/** What the database holds. Every change is whole or not at all. */
export interface DeviceStore {
  addProfile(profile: NewProfile): ProfileRecord | ProfileRefusal;
  changeProfile(profile: ProfileRecord, settings: ProfileSettings): ProfileRefusal | undefined;
  removeProfile(profile: ProfileRecord): void;
  /** In order of creation. */
  profiles(): Iterable<ProfileRecord>;
  profileById(id: string): ProfileRecord | undefined;
  /** Global: over all tenants. */
  profileByKey(key: string): ProfileRecord | undefined;
  profileByName(tenant: string, name: string): ProfileRecord | undefined;
  createDevice(device: NewDevice): DeviceRecord | Refusal;
  /** False: the id belongs to another device. */
  replaceCredentials(device: DeviceRecord, credentials: StoredCredentials): boolean;
  moveDevice(device: DeviceRecord, profile: ProfileRecord): void;
  removeDevice(device: DeviceRecord): void;
  deviceByName(tenant: string, name: string): DeviceRecord | undefined;
  deviceById(id: string): DeviceRecord | undefined;
  deviceByCredentials(credentialsId: string): DeviceRecord | undefined;
  /** In order of creation. */
  devices(): Iterable<DeviceRecord>;
  readonly size: number;
}

export interface DeviceStoreDeps {
  readonly random: Random;
  readonly wall: () => number;
  /** 0: no limit. */
  readonly maxDevices: number;
}

const TOKEN_LENGTH = 20;
const MAX_NAME_LENGTH = 255;
/** What AntiSamy and the template check of ThingsBoard would remove from a name. */
const MARKUP = /<[a-z!/?]|\{\{.*\}\}|\0/i;

export function createDeviceStore(deps: DeviceStoreDeps): DeviceStore {
  const profilesById = new Map<string, ProfileRecord>();
  const profilesByKey = new Map<string, ProfileRecord>();
  const profilesByName = new Map<string, ProfileRecord>();
  const byTenant = new Map<string, Map<string, DeviceRecord>>();
  const byCredentials = new Map<string, DeviceRecord>();
  const byId = new Map<string, DeviceRecord>();
  let ids = 0;

  const nextId = (): string => {
    ids += 1;
    return `00000000-0000-4000-8000-${ids.toString(16).padStart(12, "0")}`;
  };
  const profileName = (tenant: string, name: string): string => `${tenant}\n${name}`;
  const namesOf = (tenant: string): Map<string, DeviceRecord> => {
    const known = byTenant.get(tenant);
    if (known !== undefined) return known;
    const fresh = new Map<string, DeviceRecord>();
    byTenant.set(tenant, fresh);
    return fresh;
  };

  const refusalOf = (
    tenant: string,
    { name, key }: ProfileSettings,
    own: ProfileRecord | undefined,
  ): ProfileRefusal | undefined => {
    const sameName = profilesByName.get(profileName(tenant, name));
    if (sameName !== undefined && sameName !== own) return "name-taken";
    const sameKey = key === undefined ? undefined : profilesByKey.get(key);
    return sameKey === undefined || sameKey === own ? undefined : "key-taken";
  };
  const index = (profile: ProfileRecord): void => {
    const { name, key } = profile.settings;
    if (key !== undefined) profilesByKey.set(key, profile);
    profilesByName.set(profileName(profile.tenant, name), profile);
  };
  const unindex = (profile: ProfileRecord): void => {
    const { name, key } = profile.settings;
    if (key !== undefined) profilesByKey.delete(key);
    profilesByName.delete(profileName(profile.tenant, name));
  };

  /** A store that was restored has tokens of the same seed already. */
  const freshToken = (): StoredCredentials => {
    for (;;) {
      const token = accessToken(deps.random.alphanumerics(TOKEN_LENGTH));
      if (!byCredentials.has(token.id)) return token;
    }
  };

  return {
    addProfile: ({ tenant, isDefault, ...settings }) => {
      const refusal = refusalOf(tenant, settings, undefined);
      if (refusal !== undefined) return refusal;
      const record: ProfileRecord = { id: nextId(), tenant, createdTime: deps.wall(), isDefault, settings };
      profilesById.set(record.id, record);
      index(record);
      return record;
    },
    changeProfile: (profile, settings) => {
      const refusal = refusalOf(profile.tenant, settings, profile);
      if (refusal !== undefined) return refusal;
      unindex(profile);
      profile.settings = settings;
      index(profile);
      return undefined;
    },
    removeProfile: (profile) => {
      unindex(profile);
      profilesById.delete(profile.id);
    },
    profiles: () => profilesById.values(),
    profileById: (id) => profilesById.get(id),
    profileByKey: (key) => profilesByKey.get(key),
    profileByName: (tenant, name) => profilesByName.get(profileName(tenant, name)),
    createDevice: ({ profile, name, credentials, gateway, additionalInfo, createdTime }) => {
      const names = namesOf(profile.tenant);
      if (name === "" || name.length > MAX_NAME_LENGTH || MARKUP.test(name)) return "bad-name";
      if (deps.maxDevices > 0 && names.size >= deps.maxDevices) return "limit";
      if (names.has(name)) return "name-taken";
      const held = credentials ?? freshToken();
      if (byCredentials.has(held.id)) return "credentials-taken";
      const device: DeviceRecord = {
        id: nextId(),
        name,
        profile,
        createdTime: createdTime ?? deps.wall(),
        gateway,
        additionalInfo,
        values: new DeviceValues(),
        credentials: held,
        told: undefined,
      };
      names.set(name, device);
      byCredentials.set(held.id, device);
      byId.set(device.id, device);
      return device;
    },
    replaceCredentials: (device, credentials) => {
      const holder = byCredentials.get(credentials.id);
      if (holder !== undefined && holder !== device) return false;
      byCredentials.delete(device.credentials.id);
      byCredentials.set(credentials.id, device);
      device.credentials = credentials;
      return true;
    },
    moveDevice: (device, profile) => {
      device.profile = profile;
    },
    removeDevice: (device) => {
      namesOf(device.profile.tenant).delete(device.name);
      byCredentials.delete(device.credentials.id);
      byId.delete(device.id);
    },
    deviceByName: (tenant, name) => byTenant.get(tenant)?.get(name),
    deviceById: (id) => byId.get(id),
    deviceByCredentials: (credentialsId) => byCredentials.get(credentialsId),
    devices: () => byId.values(),
    get size() {
      return byId.size;
    },
  };
}
