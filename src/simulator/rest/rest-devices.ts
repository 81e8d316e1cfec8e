import type { DeviceSessions } from "../core/device-sessions.ts";
import type { DeviceRecord, DeviceStore, ProfileRecord, Refusal } from "../core/device-store.ts";
import {
  badRequest,
  EMPTY,
  entityId,
  json,
  notFound,
  objectAt,
  readObject,
  type RestAnswer,
  textAt,
} from "./rest-answer.ts";
import { credentialsJson, storedCredentialsOf } from "./rest-credentials.ts";
import { page } from "./rest-page.ts";
import { checkId } from "./rest-profiles.ts";
import { tenantIdOf } from "./tenant-id.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** Devices, their credentials and server-side attributes (DC:209-393; contract, section 6). */
export interface RestDevices {
  create(body: string, query: URLSearchParams): RestAnswer;
  createWithCredentials(body: string): RestAnswer;
  get(id: string): RestAnswer;
  list(query: URLSearchParams): RestAnswer;
  byName(query: URLSearchParams): RestAnswer;
  count(body: string): RestAnswer;
  remove(id: string): RestAnswer;
  credentials(id: string): RestAnswer;
  readAttributes(id: string, query: URLSearchParams): RestAnswer;
  /** The latest values. */
  readTelemetry(id: string, query: URLSearchParams): RestAnswer;
  saveAttributes(id: string, body: string): RestAnswer;
  removeAttributes(id: string, query: URLSearchParams): RestAnswer;
}

export interface RestDevicesDeps {
  readonly store: DeviceStore;
  readonly sessions: DeviceSessions;
  readonly wall: () => number;
  /** Whose devices these are: nothing of another tenant is shown. */
  readonly tenant: string;
}

/** What the server says of a device that it does not take. */
export const DEVICE_REFUSALS: Readonly<Record<Refusal, string>> = {
  "name-taken": "Device with such name already exists!",
  "credentials-taken": "Device credentials are already assigned to another device!",
  limit: "Devices limit reached",
  "bad-name": "Device name should be specified!",
};

export function createRestDevices({ store, sessions, wall, tenant }: RestDevicesDeps): RestDevices {
  const find = (id: string): DeviceRecord => {
    const device = store.deviceById(checkId(id));
    if (device?.profile.tenant === tenant) return device;
    throw notFound(`Device with id [${id}] is not found`);
  };

  const profileOf = (given: JsonObject): ProfileRecord => {
    const id = textAt(objectAt(given, "deviceProfileId"), "id");
    const profile = id === undefined ? store.profileByName(tenant, "default") : store.profileById(checkId(id));
    if (profile?.tenant === tenant) return profile;
    throw badRequest("Device is referencing to non-existent device profile!");
  };

  const add = (given: JsonObject, credentials: JsonObject | undefined): RestAnswer => {
    const information = objectAt(given, "additionalInfo");
    const device = store.createDevice({
      profile: profileOf(given),
      name: textAt(given, "name") ?? "",
      credentials: credentials === undefined ? undefined : storedCredentialsOf(credentials),
      gateway: information["gateway"] === true,
      additionalInfo: given["additionalInfo"] === information ? information : undefined,
    });
    if (typeof device === "string") throw badRequest(DEVICE_REFUSALS[device]);
    return json(deviceJson(device));
  };

  const ofTenant = (): readonly DeviceRecord[] =>
    [...store.devices()].filter(({ profile }) => profile.tenant === tenant);

  return {
    create: (body, query) => {
      const token = query.get("accessToken");
      return add(
        readObject(body),
        token === null ? undefined : { credentialsType: "ACCESS_TOKEN", credentialsId: token },
      );
    },
    createWithCredentials: (body) => {
      const given = readObject(body);
      return add(objectAt(given, "device"), objectAt(given, "credentials"));
    },
    get: (id) => json(deviceJson(find(id))),
    list: (query) => {
      const profileId = query.get("deviceProfileId");
      return page(
        profileId === null ? ofTenant() : ofTenant().filter(({ profile }) => profile.id === profileId),
        query,
        {
          nameOf: ({ name }) => name,
          sortKeys: { createdTime: ({ createdTime }) => createdTime, name: ({ name }) => name },
        },
        deviceJson,
      );
    },
    byName: (query) => {
      const device = store.deviceByName(tenant, query.get("deviceName") ?? "");
      if (device === undefined) throw notFound();
      return json(deviceJson(device));
    },
    count: (body) => {
      const filter = objectAt(readObject(body), "entityFilter");
      if (filter["type"] !== "deviceType") return json(ofTenant().length);
      const types = Array.isArray(filter["deviceTypes"]) ? filter["deviceTypes"] : [filter["deviceType"]];
      const begin = (textAt(filter, "deviceNameFilter") ?? "").toLowerCase();
      const counted = ofTenant().filter(
        ({ name, profile }) => types.includes(profile.settings.name) && name.toLowerCase().startsWith(begin),
      );
      return json(counted.length);
    },
    remove: (id) => {
      const device = find(id);
      store.removeDevice(device);
      sessions.expel(device);
      return EMPTY;
    },
    credentials: (id) => json(credentialsJson(find(id))),
    readAttributes: (id, query) => {
      const keys = query.get("keys")?.split(",");
      const attributes = [...find(id).values.server].filter(([key]) => keys?.includes(key) ?? true);
      return json(attributes.map(([key, value]) => ({ lastUpdateTs: wall(), key, value })));
    },
    readTelemetry: (id, query) => {
      const { telemetry } = find(id).values;
      // A key that nobody has ever published is answered with null (TC:266-335); values are texts unless other is asked for.
      const keys = query.get("keys")?.split(",") ?? [...telemetry.keys()];
      const latest = (key: string): string | null => {
        const value = telemetry.get(key);
        return value === undefined ? null : typeof value === "object" ? JSON.stringify(value) : String(value);
      };
      return json(Object.fromEntries(keys.map((key) => [key, [{ ts: wall(), value: latest(key) }]])));
    },
    saveAttributes: (id, body) => {
      const { values } = find(id);
      for (const [key, value] of Object.entries(readObject(body))) {
        if (value !== null && value !== undefined) values.server.set(key, value);
      }
      return EMPTY;
    },
    removeAttributes: (id, query) => {
      const { values } = find(id);
      for (const key of (query.get("keys") ?? "").split(",")) values.server.delete(key);
      return EMPTY;
    },
  };
}

function deviceJson({ id, name, createdTime, profile, gateway, additionalInfo }: DeviceRecord): object {
  return {
    id: entityId("DEVICE", id),
    createdTime,
    tenantId: entityId("TENANT", tenantIdOf(profile.tenant)),
    name,
    type: profile.settings.name,
    label: null,
    deviceProfileId: entityId("DEVICE_PROFILE", profile.id),
    deviceProfileName: profile.settings.name,
    version: 1,
    additionalInfo: additionalInfo ?? (gateway ? { gateway: true } : null),
  };
}
