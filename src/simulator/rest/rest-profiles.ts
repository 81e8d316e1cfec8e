import type { Strategy } from "../../model/plan.ts";
import { chainKey, singleLine } from "../core/credentials.ts";
import type { DeviceStore, ProfileRecord, ProfileSettings } from "../core/device-store.ts";
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
import { page } from "./rest-page.ts";
import { tenantIdOf } from "./tenant-id.ts";

/** Device profiles (DPC:183, DPI:232-249; contract, section 6). */
export interface RestProfiles {
  /** With an id: changes that one. */
  save(body: string): RestAnswer;
  get(id: string): RestAnswer;
  remove(id: string): RestAnswer;
  list(query: URLSearchParams): RestAnswer;
}

const PROVISION_TYPES: Readonly<Record<Strategy, string>> = {
  "allow-create": "ALLOW_CREATE_NEW_DEVICES",
  "pre-provisioned": "CHECK_PRE_PROVISIONED_DEVICES",
  disabled: "DISABLED",
  "x509-chain": "X509_CERTIFICATE_CHAIN",
};

const REFUSALS = {
  "name-taken": "Device profile with such name already exists!",
  "key-taken": "Device profile with such provision device key already exists!",
} as const;

export function createRestProfiles(store: DeviceStore, tenant: string): RestProfiles {
  const find = (id: string): ProfileRecord => {
    const profile = store.profileById(checkId(id));
    if (profile?.tenant === tenant) return profile;
    throw notFound(`Device profile with id [${id}] is not found`);
  };

  return {
    save: (body) => {
      const given = readObject(body);
      const settings = settingsOf(given);
      const id = textAt(objectAt(given, "id"), "id");
      if (id === undefined) {
        const added = store.addProfile({ tenant, isDefault: false, ...settings });
        if (typeof added === "string") throw badRequest(REFUSALS[added]);
        return json(profileJson(added));
      }
      const profile = find(id);
      const refusal = store.changeProfile(profile, settings);
      if (refusal !== undefined) throw badRequest(REFUSALS[refusal]);
      return json(profileJson(profile));
    },
    get: (id) => json(profileJson(find(id))),
    remove: (id) => {
      const profile = find(id);
      if (profile.isDefault) throw badRequest("Deletion of Default Device Profile is prohibited!");
      for (const device of store.devices()) {
        if (device.profile === profile) {
          throw badRequest("The device profile referenced by the devices cannot be deleted!");
        }
      }
      store.removeProfile(profile);
      return EMPTY;
    },
    list: (query) =>
      page(
        [...store.profiles()].filter((profile) => profile.tenant === tenant),
        query,
        {
          nameOf: ({ settings }) => settings.name,
          sortKeys: { createdTime: ({ createdTime }) => createdTime, name: ({ settings }) => settings.name },
        },
        profileJson,
      ),
  };
}

/** Ids are UUIDs. */
export function checkId(id: string): string {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return id.toLowerCase();
  throw badRequest(`Invalid UUID string: ${id}`);
}

function settingsOf(given: Readonly<Record<string, unknown>>): ProfileSettings {
  const name = textAt(given, "name");
  if (name === undefined) throw badRequest("Device profile name should be specified!");
  const type = textAt(given, "provisionType") ?? PROVISION_TYPES.disabled;
  const strategies = Object.keys(PROVISION_TYPES) as Strategy[];
  const strategy = strategies.find((each) => PROVISION_TYPES[each] === type);
  if (strategy === undefined) throw badRequest(`No enum constant DeviceProfileProvisionType.${type}`);
  const configuration = objectAt(objectAt(given, "profileData"), "provisionConfiguration");
  const secret = textAt(configuration, "provisionDeviceSecret") ?? "";
  const chain = strategy === "x509-chain";
  return {
    name,
    key: chain ? chainKey(secret) : textAt(given, "provisionDeviceKey"),
    secret: chain ? singleLine(secret) : secret,
    strategy,
    transport: textAt(given, "transportType") ?? "DEFAULT",
    namePattern: textAt(configuration, "certificateRegExPattern") ?? "(.*)",
    allowCreateByChain: configuration["allowCreateNewDevicesByX509Certificate"] === true,
  };
}

function profileJson({ id, tenant, createdTime, isDefault, settings }: ProfileRecord): object {
  const type = PROVISION_TYPES[settings.strategy];
  const chain =
    settings.strategy === "x509-chain"
      ? {
          certificateRegExPattern: settings.namePattern,
          allowCreateNewDevicesByX509Certificate: settings.allowCreateByChain,
        }
      : {};
  return {
    id: entityId("DEVICE_PROFILE", id),
    createdTime,
    tenantId: entityId("TENANT", tenantIdOf(tenant)),
    name: settings.name,
    description: "",
    type: "DEFAULT",
    transportType: settings.transport,
    provisionType: type,
    provisionDeviceKey: settings.key ?? null,
    version: 1,
    default: isDefault,
    profileData: {
      configuration: { type: "DEFAULT" },
      transportConfiguration: { type: settings.transport },
      provisionConfiguration: {
        type,
        provisionDeviceSecret: settings.secret === "" ? null : settings.secret,
        ...chain,
      },
      alarms: null,
    },
  };
}
