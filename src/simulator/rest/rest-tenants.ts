import { DEFAULT_TENANT, type TenantOptions } from "../options.ts";
import { entityId, json, notFound, objectAt, readObject, type RestAnswer } from "./rest-answer.ts";
import { checkId } from "./rest-profiles.ts";
import type { Authority } from "./rest-sessions.ts";
import type { Timers } from "../timing/timers.ts";

/** The one tenant that REST shows, its profile and its usage. */
export interface RestTenants {
  user(authority: Authority): RestAnswer;
  tenant(id: string): RestAnswer;
  /** The system administrator's. */
  profile(id: string): RestAnswer;
  /** The tenant administrator's, of the state of the tenant's usage only. */
  find(body: string): RestAnswer;
}

const TENANT = "00000000-0000-4000-9000-000000000001";
const PROFILE = "00000000-0000-4000-9000-000000000002";
/** ThingsBoard's id of what belongs to no tenant. */
const NO_TENANT = "13814000-1dd2-11b2-8080-808080808080";

export function createRestTenants(deps: {
  readonly tenant: TenantOptions;
  readonly maxDevices: number;
  readonly timers: Timers;
}): RestTenants {
  const { tenant, timers } = deps;
  const require = (id: string, own: string, what: string): void => {
    if (checkId(id) !== own) throw notFound(`${what} with id [${id}] is not found`);
  };
  return {
    user: (authority) => {
      const email = authority === "SYS_ADMIN" ? "sysadmin@thingsboard.org" : "tenant@thingsboard.org";
      const own = authority === "SYS_ADMIN" ? NO_TENANT : TENANT;
      return json({ email, name: email, authority, tenantId: entityId("TENANT", own) });
    },
    tenant: (id) => {
      require(id, TENANT, "Tenant");
      return json({
        id: entityId("TENANT", TENANT),
        title: DEFAULT_TENANT,
        tenantProfileId: entityId("TENANT_PROFILE", PROFILE),
      });
    },
    profile: (id) => {
      require(id, PROFILE, "Tenant profile");
      const configuration = {
        type: "DEFAULT",
        maxDevices: deps.maxDevices,
        maxTransportMessages: 0,
        transportTenantMsgRateLimit: tenant.messages ?? null,
        transportDeviceMsgRateLimit: tenant.deviceMessages ?? null,
        transportGatewayMsgRateLimit: tenant.gatewayMessages ?? null,
        tenantServerRestLimitsConfiguration: tenant.rest ?? null,
      };
      return json({ id: entityId("TENANT_PROFILE", PROFILE), name: "Default", profileData: { configuration } });
    },
    find: (body) => {
      const { type } = objectAt(readObject(body), "entityFilter");
      if (type !== "apiUsageState") throw notFound(`No entities of the filter ${String(type)} here.`);
      const transportApiState = { ts: timers.wall(), value: tenant.transport ?? "ENABLED" };
      const data = [{ entityId: entityId("API_USAGE_STATE", TENANT), latest: { TIME_SERIES: { transportApiState } } }];
      return json({ data, totalPages: 1, totalElements: 1, hasNext: false });
    },
  };
}
