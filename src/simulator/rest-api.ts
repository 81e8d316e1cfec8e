import type { IncomingMessage } from "node:http";
import type { DeviceRecord, DeviceStore, ProfileRecord } from "./device-store.ts";
import { DEFAULT_TENANT } from "./options.ts";
import type { Timers } from "./timers.ts";

/** The part of ThingsBoard's REST API (contract, section 6) that reads and deletes what a run made. */
export interface RestApi {
  answer(request: IncomingMessage, url: URL, body: string): RestAnswer;
}

interface RestAnswer {
  readonly status: number;
  /** JSON, or "". */
  readonly body: string;
}

export interface RestApiDeps {
  readonly store: DeviceStore;
  readonly timers: Timers;
  readonly version: string;
}

/** The tenant administrator of ThingsBoard's demo data. */
const USER = "tenant@thingsboard.org";
const PASSWORD = "tenant";
const TOKEN_LIFETIME_MS = 9_000_000;
const [AUTHENTICATION, EXPIRED, NOT_FOUND, BAD_REQUEST] = [10, 11, 32, 31];

export function createRestApi({ store, timers, version }: RestApiDeps): RestApi {
  /** By token, when it ends, by the monotonic clock. */
  const sessions = new Map<string, number>();

  function login(body: string): RestAnswer {
    const { username, password } = parse(body);
    if (username !== USER || password !== PASSWORD) {
      return error(401, AUTHENTICATION, "Invalid username or password");
    }
    const token = `simulated.${sessions.size + 1}`;
    sessions.set(token, timers.now() + TOKEN_LIFETIME_MS);
    return json({ token, refreshToken: `refresh.${token}` });
  }

  /** Undefined: let in. */
  function refusal({ headers }: IncomingMessage): RestAnswer | undefined {
    const given = headers["x-authorization"] ?? headers.authorization;
    if (typeof given !== "string") return error(401, AUTHENTICATION, "Authentication failed");
    const end = sessions.get(given.replace(/^Bearer /, ""));
    if (end === undefined) return error(401, AUTHENTICATION, "Invalid username or password");
    return timers.now() < end ? undefined : error(401, EXPIRED, "Token has expired");
  }

  function answer(request: IncomingMessage, url: URL, body: string): RestAnswer {
    const call = `${request.method} ${url.pathname}`;
    if (call === "POST /api/auth/login") return login(body);
    const refused = refusal(request);
    if (refused !== undefined) return refused;
    switch (call) {
      case "GET /api/system/info":
        return json({ version, artifact: "application", name: "ThingsBoard Server Application", type: "CE" });
      case "GET /api/deviceProfiles":
        return page(ofTenant(store.profiles()).map(profileJson), url.searchParams);
      case "GET /api/tenant/deviceInfos":
        return page(devicesOf(url.searchParams.get("deviceProfileId")).map(deviceJson), url.searchParams);
      default:
        return deleteDevice(call) ?? error(404, NOT_FOUND, "Not found");
    }
  }

  function devicesOf(profileId: string | null): readonly DeviceRecord[] {
    return [...store.devices()].filter(
      ({ profile }) => profile.tenant === DEFAULT_TENANT && (profileId === null || profile.id === profileId),
    );
  }

  function deleteDevice(call: string): RestAnswer | undefined {
    const id = /^DELETE \/api\/device\/([^/]+)$/.exec(call)?.[1];
    if (id === undefined) return undefined;
    const device = store.deviceById(id);
    if (device?.profile.tenant !== DEFAULT_TENANT) {
      return error(404, NOT_FOUND, `Device with id [${id}] is not found`);
    }
    store.removeDevice(device);
    return { status: 200, body: "" };
  }

  function error(status: number, errorCode: number | undefined, message: string): RestAnswer {
    return { status, body: JSON.stringify({ status, message, errorCode, timestamp: timers.wall() }) };
  }

  /** Listings are in order of creation already, the only order that is asked for. */
  function page(all: readonly object[], query: URLSearchParams): RestAnswer {
    const [size, number] = [Number(query.get("pageSize") ?? NaN), Number(query.get("page") ?? NaN)];
    if (!(size > 0) || !(number >= 0)) return error(400, BAD_REQUEST, "Incorrect page link");
    const data = all.slice(size * number, size * (number + 1));
    const totalPages = Math.ceil(all.length / size);
    return json({ data, totalPages, totalElements: all.length, hasNext: number + 1 < totalPages });
  }

  return { answer };
}

function ofTenant(profiles: Iterable<ProfileRecord>): readonly ProfileRecord[] {
  return [...profiles].filter(({ tenant }) => tenant === DEFAULT_TENANT);
}

function profileJson({ id, name, key }: ProfileRecord): object {
  return { id: { entityType: "DEVICE_PROFILE", id }, name, provisionDeviceKey: key };
}

function deviceJson({ id, name, createdTime, profile, gateway }: DeviceRecord): object {
  return {
    id: { entityType: "DEVICE", id },
    createdTime,
    name,
    type: profile.name,
    deviceProfileId: { entityType: "DEVICE_PROFILE", id: profile.id },
    deviceProfileName: profile.name,
    additionalInfo: gateway ? { gateway: true } : null,
  };
}

function json(value: object): RestAnswer {
  return { status: 200, body: JSON.stringify(value) };
}

/** {} where it is not an object. */
function parse(body: string): { readonly username?: unknown; readonly password?: unknown } {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
