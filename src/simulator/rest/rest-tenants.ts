import type { TenantOptions } from "../options.ts";
import { entityId, json, notFound, objectAt, readObject, type RestAnswer } from "./rest-answer.ts";
import { checkId } from "./rest-profiles.ts";
import type { RestUser } from "./rest-sessions.ts";
import { tenantIdOf } from "./tenant-id.ts";
import type { Timers } from "../timing/timers.ts";

/** The tenants, the one profile that all of them have, and their usage. */
export interface RestTenants {
  user(user: RestUser): RestAnswer;
  tenant(id: string): RestAnswer;
  /** The system administrator's. */
  profile(id: string): RestAnswer;
  /** The tenant administrator's, of the state of the tenant's usage only. */
  find(body: string, name: string): RestAnswer;
}

const PROFILE = "00000000-0000-4000-9000-000000000002";
/** ThingsBoard's id of what belongs to no tenant. */
const NO_TENANT = "13814000-1dd2-11b2-8080-808080808080";

export function createRestTenants(deps: {
  readonly tenant: TenantOptions;
  /** Their names. */
  readonly tenants: readonly string[];
  readonly maxDevices: number;
  readonly timers: Timers;
}): RestTenants {
  const { tenant, timers } = deps;
  return {
    user: ({ user: email, authority, tenant: name }) => {
      const own = name === undefined ? NO_TENANT : tenantIdOf(name);
      return json({ email, name: email, authority, tenantId: entityId("TENANT", own) });
    },
    tenant: (id) => {
      const name = deps.tenants.find((each) => tenantIdOf(each) === checkId(id));
      if (name === undefined) throw notFound(`Tenant with id [${id}] is not found`);
      return json({
        id: entityId("TENANT", tenantIdOf(name)),
        title: name,
        tenantProfileId: entityId("TENANT_PROFILE", PROFILE),
      });
    },
    profile: (id) => {
      if (checkId(id) !== PROFILE) throw notFound(`Tenant profile with id [${id}] is not found`);
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
    find: (body, name) => {
      const { type } = objectAt(readObject(body), "entityFilter");
      if (type !== "apiUsageState") throw notFound(`No entities of the filter ${String(type)} here.`);
      const transportApiState = { ts: timers.wall(), value: tenant.transport ?? "ENABLED" };
      const id = entityId("API_USAGE_STATE", tenantIdOf(name));
      const data = [{ entityId: id, latest: { TIME_SERIES: { transportApiState } } }];
      return json({ data, totalPages: 1, totalElements: 1, hasNext: false });
    },
  };
}
