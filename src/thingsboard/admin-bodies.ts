import { z } from "zod";
import type { Credentials } from "../model/device.ts";
import type {
  Account,
  ProfileSettings,
  ServerCredentials,
  ServerDevice,
  ServerProfile,
  SystemService,
  TenantLimits,
} from "../model/administration.ts";
import type { Strategy } from "../model/plan.ts";
import { Secret } from "../model/secret.ts";

/** What ThingsBoard's REST API answers (contract, section 6), as far as it is read; more may be there. */

const id = z.object({ id: z.string() }).transform((entity) => entity.id);
const textOrNull = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined);

/** ThingsBoard 3.6 does not tell its type. */
export const systemInfo = z.object({ version: z.string(), type: z.string().nullable().default(null) });

export const account = z
  .object({ authority: z.string(), tenantId: id })
  .transform(({ authority, tenantId }): Account => ({ authority, tenant: tenantId }));

const usageState = z.object({
  latest: z.object({
    TIME_SERIES: z.object({ transportApiState: z.object({ value: z.string() }) }),
  }),
});

/** The tenant's own is the only one that it is shown. */
export const usageStates = z.object({ data: z.array(usageState) });

/** What asks for it. */
export const USAGE_STATE_QUERY = {
  entityFilter: { type: "apiUsageState" },
  pageLink: { pageSize: 1, page: 0 },
  entityFields: [],
  latestValues: [{ type: "TIME_SERIES", key: "transportApiState" }],
};

export const tenant = z.object({ tenantProfileId: id }).transform(({ tenantProfileId }) => tenantProfileId);

export const tenantProfile = z
  .object({
    profileData: z.object({
      configuration: z.object({
        transportTenantMsgRateLimit: textOrNull,
        transportDeviceMsgRateLimit: textOrNull,
        transportGatewayMsgRateLimit: textOrNull,
        tenantServerRestLimitsConfiguration: textOrNull,
      }),
    }),
  })
  .transform(({ profileData: { configuration } }): TenantLimits => ({
    messages: configuration.transportTenantMsgRateLimit,
    deviceMessages: configuration.transportDeviceMsgRateLimit,
    gatewayMessages: configuration.transportGatewayMsgRateLimit,
    rest: configuration.tenantServerRestLimitsConfiguration,
  }));

const percent = z
  .number()
  .min(0)
  .max(100)
  .nullish()
  .transform((value) => (value == null ? undefined : value / 100));
const amount = z
  .number()
  .positive()
  .nullish()
  .transform((value) => value ?? undefined);

/** SystemInfo of 4.3.1.3: each service's machine, in whole percent. */
export const services = z
  .object({
    systemData: z.array(
      z
        .object({
          serviceId: z.string(),
          serviceType: z.string(),
          cpuUsage: percent,
          memoryUsage: percent,
          discUsage: percent,
          cpuCount: amount,
          totalMemory: amount,
          totalDiscSpace: amount,
        })
        .transform((each): SystemService => ({
          id: each.serviceId,
          type: each.serviceType,
          cpu: each.cpuUsage,
          memory: each.memoryUsage,
          disk: each.discUsage,
          processors: each.cpuCount,
          memoryBytes: each.totalMemory,
          diskBytes: each.totalDiscSpace,
        })),
    ),
  })
  .transform(({ systemData }) => systemData);

/** A number of things: whole and not below 0. Anything else is an error of the server. */
export const countOf = z.int().nonnegative();

export const usage = z.object({
  devices: countOf,
  maxDevices: countOf,
  transportMessages: countOf,
  maxTransportMessages: countOf,
});

export const imported = z.object({
  created: countOf,
  updated: countOf,
  errors: countOf,
  errorsList: z.array(z.string()),
});

export function pageOf<T extends z.ZodType>(item: T, size: number) {
  return z.object({
    data: z.array(item).max(size),
    hasNext: z.boolean(),
    totalPages: countOf.optional(),
    totalElements: countOf.optional(),
  });
}

/** What of an answer is not as ThingsBoard answers: the field, and what it is. */
export function misfitOf({ issues }: z.ZodError, body: unknown): string {
  const [issue] = issues;
  const path = issue?.path ?? [];
  let value = body;
  for (const part of path) value = (value as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[part];
  const field = path.length === 0 ? "the answer" : path.map(String).join(".");
  switch (typeof value) {
    case "number":
    case "boolean":
      return `${field} is ${value}, which cannot be`;
    case "undefined":
      return path.length === 0 ? "the answer is not JSON" : `${field} is missing`;
    default:
      return `${field} is not what ThingsBoard has there`;
  }
}

/** ThingsBoard's names of the strategies. */
const PROVISION_TYPES: Readonly<Record<Strategy, string>> = {
  "allow-create": "ALLOW_CREATE_NEW_DEVICES",
  "pre-provisioned": "CHECK_PRE_PROVISIONED_DEVICES",
  disabled: "DISABLED",
  "x509-chain": "X509_CERTIFICATE_CHAIN",
};

export const deviceProfile = z
  .object({
    id,
    name: z.string(),
    createdTime: countOf,
    default: z.boolean(),
    transportType: textOrNull,
    provisionType: textOrNull,
    provisionDeviceKey: textOrNull,
    profileData: z.object({
      provisionConfiguration: z
        .object({
          provisionDeviceSecret: textOrNull,
          certificateRegExPattern: textOrNull,
          allowCreateNewDevicesByX509Certificate: z.boolean().nullish(),
        })
        .nullish(),
    }),
  })
  .transform((profile): ServerProfile => {
    const strategies = Object.keys(PROVISION_TYPES) as Strategy[];
    const strategy = strategies.find((each) => PROVISION_TYPES[each] === profile.provisionType) ?? "disabled";
    const configuration = profile.profileData.provisionConfiguration;
    const secret = configuration?.provisionDeviceSecret;
    return {
      id: profile.id,
      name: profile.name,
      createdTime: profile.createdTime,
      isDefault: profile.default,
      transport: profile.transportType ?? "DEFAULT",
      strategy,
      key: profile.provisionDeviceKey,
      secret: secret === undefined ? undefined : new Secret(secret),
      chain:
        strategy === "x509-chain"
          ? {
              namePattern: configuration?.certificateRegExPattern ?? "",
              allowCreate: configuration?.allowCreateNewDevicesByX509Certificate === true,
            }
          : undefined,
    };
  });

/** The skeleton of the contract, section 6: the same for every release. */
export function profileBody({ name, strategy, key, secret, chain }: ProfileSettings): object {
  const type = PROVISION_TYPES[strategy];
  return {
    name,
    type: "DEFAULT",
    transportType: "DEFAULT",
    description: "",
    default: false,
    provisionType: type,
    provisionDeviceKey: key ?? null,
    profileData: {
      configuration: { type: "DEFAULT" },
      transportConfiguration: { type: "DEFAULT" },
      alarms: null,
      provisionConfiguration: {
        type,
        provisionDeviceSecret: secret?.reveal() ?? null,
        ...(chain === undefined
          ? {}
          : {
              certificateRegExPattern: chain.namePattern,
              allowCreateNewDevicesByX509Certificate: chain.allowCreate,
            }),
      },
    },
  };
}

export const device = z
  .object({
    id,
    name: z.string(),
    createdTime: countOf,
    deviceProfileId: id,
    additionalInfo: z.object({ gateway: z.unknown().optional() }).nullish(),
  })
  .transform(({ deviceProfileId, additionalInfo, ...own }): ServerDevice => ({
    id: own.id,
    name: own.name,
    createdTime: own.createdTime,
    gateway: additionalInfo?.gateway === true,
    profileId: deviceProfileId,
  }));

const basic = z.object({ clientId: textOrNull, userName: textOrNull, password: textOrNull });

export const deviceCredentials = z
  .object({ credentialsType: z.string(), credentialsId: z.string(), credentialsValue: textOrNull })
  .transform(({ credentialsType, credentialsId, credentialsValue }): ServerCredentials => ({
    id: new Secret(credentialsId),
    credentials: credentialsOf(credentialsType, credentialsId, credentialsValue ?? ""),
  }));

/** The value of MQTT_BASIC is JSON in a string; "" there is a field that was left out. */
function credentialsOf(type: string, credentialsId: string, value: string): Credentials {
  switch (type) {
    case "ACCESS_TOKEN":
      return { type, token: new Secret(credentialsId) };
    case "X509_CERTIFICATE":
      return { type, certificate: value, privateKey: undefined };
    case "MQTT_BASIC": {
      const { clientId, userName, password } = basic.parse(JSON.parse(value));
      const given = (text: string | undefined): string | undefined => (text === "" ? undefined : text);
      const secret = given(password);
      return {
        type,
        clientId: given(clientId),
        username: given(userName),
        password: secret === undefined ? undefined : new Secret(secret),
      };
    }
    default:
      return { type: "LWM2M_CREDENTIALS" };
  }
}

/** As a tenant administrator gives them. */
export function credentialsBody(credentials: Credentials): object {
  switch (credentials.type) {
    case "ACCESS_TOKEN":
      return { credentialsType: credentials.type, credentialsId: credentials.token.reveal() };
    case "MQTT_BASIC": {
      const { clientId, username, password } = credentials;
      const value = { clientId, userName: username, password: password?.reveal() };
      return { credentialsType: credentials.type, credentialsValue: JSON.stringify(value) };
    }
    case "X509_CERTIFICATE":
      return { credentialsType: credentials.type, credentialsValue: credentials.certificate };
    case "LWM2M_CREDENTIALS":
      return { credentialsType: credentials.type };
  }
}
