import type { IncomingMessage } from "node:http";
import type { DeviceSessions } from "../core/device-sessions.ts";
import type { DeviceStore } from "../core/device-store.ts";
import { delayOf, type FaultPicker } from "../core/faults.ts";
import { DEFAULT_TENANT, type SimulatedAdministrator, type TenantOptions } from "../options.ts";
import type { Random } from "../timing/random.ts";
import { ERROR_CODE, forbidden, json, notFound, type RestAnswer, RestError } from "./rest-answer.ts";
import { createRestDevices, type RestDevices } from "./rest-devices.ts";
import { importDevices } from "./rest-import.ts";
import { checkId, createRestProfiles, type RestProfiles } from "./rest-profiles.ts";
import { createRestSessions, type RestUser } from "./rest-sessions.ts";
import { createRestSystem } from "./rest-system.ts";
import { createRestTenants } from "./rest-tenants.ts";
import { tenantIdOf } from "./tenant-id.ts";
import type { Tally } from "../core/tally.ts";
import { type Bucket, createBucket } from "../timing/token-bucket.ts";
import type { Timers } from "../timing/timers.ts";
import type { VersionTraits } from "../core/version-table.ts";

/** The part of ThingsBoard's REST API (contract, section 6) that rollcall uses, as a tenant administrator has it. */
export interface RestApi {
  /** Calls `done` once. */
  answer(request: IncomingMessage, url: URL, body: string, done: (answer: RestAnswer) => void): void;
}

export interface RestApiDeps {
  readonly store: DeviceStore;
  readonly sessions: DeviceSessions;
  readonly timers: Timers;
  readonly random: Random;
  readonly faults: FaultPicker;
  readonly tally: Tally;
  readonly traits: VersionTraits;
  readonly version: string;
  readonly maxDevices: number;
  readonly apiKeys: readonly string[];
  readonly administrators: readonly SimulatedAdministrator[];
  readonly tokenLifetimeMs: number;
  readonly tenant: TenantOptions;
}

/** What the administrator of one tenant is shown. */
interface OwnThings {
  readonly profiles: RestProfiles;
  readonly devices: RestDevices;
  readonly allowed: Bucket;
}

export function createRestApi(deps: RestApiDeps): RestApi {
  const { store, timers, traits, faults } = deps;
  const accounts = createRestSessions({ ...deps, acceptsApiKeys: traits.apiKeys });
  const names = [...new Set([DEFAULT_TENANT, ...deps.administrators.map(({ tenant }) => tenant)])];
  const tenants = createRestTenants({ ...deps, tenants: names });
  const system = createRestSystem();
  const wall = (): number => timers.wall();
  const own = new Map<string, OwnThings>(
    names.map((tenant) => [
      tenant,
      {
        profiles: createRestProfiles(store, tenant),
        devices: createRestDevices({ store, sessions: deps.sessions, wall, tenant }),
        allowed: createBucket(deps.tenant.rest, timers),
      },
    ]),
  );

  const info = (): RestAnswer =>
    json({
      version: deps.version,
      artifact: "application",
      name: "ThingsBoard Server Application",
      ...(traits.toldEdition ? { type: "CE" } : {}),
    });

  const usage = (tenant: string): RestAnswer => {
    const present = [...store.devices()].filter(({ profile }) => profile.tenant === tenant).length;
    return json({
      devices: present,
      maxDevices: deps.maxDevices,
      transportMessages: deps.tally.admitted,
      maxTransportMessages: 0,
    });
  };

  /** Throws RestError. */
  function route(
    method: string,
    { pathname, searchParams }: URL,
    body: string,
    user: RestUser & { readonly authority: "TENANT_ADMIN" },
    { profiles, devices }: OwnThings,
  ): RestAnswer {
    const [, , first = "", second = "", third = "", ...more] = pathname.split("/");
    switch (`${method} ${pathname.replace(/^\/api/, "")}`) {
      case "GET /system/info":
        return info();
      case "GET /auth/user":
        return tenants.user(user);
      case "GET /usage":
        return usage(user.tenant);
      case "POST /deviceProfile":
        return profiles.save(body);
      case "GET /deviceProfiles":
        return profiles.list(searchParams);
      case "GET /tenant/deviceInfos":
        return devices.list(searchParams);
      case "GET /tenant/devices":
        return searchParams.has("deviceName") ? devices.byName(searchParams) : devices.list(searchParams);
      case "POST /entitiesQuery/find":
        return tenants.find(body, user.tenant);
      case "POST /entitiesQuery/count":
        return devices.count(body);
      case "POST /device":
        return devices.create(body, searchParams);
      case "POST /device-with-credentials":
        return devices.createWithCredentials(body);
      case "POST /device/bulk_import":
        return importDevices(store, user.tenant, body);
      case "POST /apiKey":
        if (traits.apiKeys) return accounts.createApiKey(body, user);
        break;
      default:
    }
    switch (`${method} ${first}`) {
      case "GET deviceProfile":
        return profiles.get(second);
      case "DELETE deviceProfile":
        return profiles.remove(second);
      case "DELETE device":
        return devices.remove(second);
      case "GET tenant":
        if (checkId(second) !== tenantIdOf(user.tenant)) throw forbidden();
        return tenants.tenant(second);
      case "GET tenantProfile":
      case "GET admin":
        throw forbidden();
      case "GET device":
        if (third === "credentials") return devices.credentials(second);
        if (third === "") return devices.get(second);
        break;
      default:
    }
    const [id = "", ...scope] = more;
    if (first === "plugins" && second === "telemetry" && third === "DEVICE") {
      switch (`${method} ${scope.join("/")}`) {
        case "GET values/attributes/SERVER_SCOPE":
          return devices.readAttributes(id, searchParams);
        case "GET values/timeseries":
          return devices.readTelemetry(id, searchParams);
        case "POST SERVER_SCOPE":
          return devices.saveAttributes(id, body);
        case "DELETE SERVER_SCOPE":
          return devices.removeAttributes(id, searchParams);
        default:
      }
    }
    throw notFound(`No static resource ${pathname.slice(1)}.`);
  }

  /** What the system administrator is shown; all that is a tenant's own is refused to it. Throws RestError. */
  function routeSystem(method: string, { pathname }: URL, user: RestUser): RestAnswer {
    const [, , first, second = ""] = pathname.split("/");
    switch (`${method} ${first}`) {
      case "GET auth":
        return tenants.user(user);
      case "GET system":
        return info();
      case "GET admin":
        if (second === "systemInfo") return system.info();
        throw notFound(`No static resource ${pathname.slice(1)}.`);
      case "GET tenant":
        return tenants.tenant(second);
      case "GET tenantProfile":
        return tenants.profile(second);
      default:
        throw forbidden();
    }
  }

  function respond(request: IncomingMessage, url: URL, body: string, expire: boolean): RestAnswer {
    const method = request.method ?? "GET";
    switch (`${method} ${url.pathname}`) {
      case "POST /api/auth/login":
        return accounts.login(body);
      case "POST /api/auth/token":
        return accounts.refresh(body);
      default:
    }
    const user = accounts.admit(request.headers);
    if (expire) throw new RestError(401, ERROR_CODE.tokenExpired, "Token has expired");
    if (user.authority === "SYS_ADMIN") return routeSystem(method, url, user);
    const things = own.get(user.tenant);
    if (things === undefined) throw forbidden();
    if (!things.allowed()) throw tooMany();
    return route(method, url, body, user, things);
  }

  return {
    answer(request, url, body, done) {
      const fault = faults.pick("rest", undefined);
      try {
        if (fault?.kind === "too-many-requests") throw tooMany();
        const answer = respond(request, url, body, fault?.kind === "expired-token");
        if (fault?.kind === "slow-page" && url.searchParams.has("page")) {
          timers.after(delayOf(fault), () => done(answer));
        } else done(answer);
      } catch (error) {
        if (!(error instanceof RestError)) throw error;
        const { status, message, errorCode } = error;
        done({ status, body: JSON.stringify({ status, message, errorCode, timestamp: timers.wall() }) });
      }
    },
  };
}

function tooMany(): RestError {
  return new RestError(429, ERROR_CODE.tooManyRequests, "Too many requests for current tenant!");
}
