import type { z } from "zod";
import type { Administration, TransportState } from "../model/administration.ts";
import { RollcallError } from "../model/error.ts";
import type { Admin } from "../model/plan.ts";
import { printable } from "../writing/text-width.ts";
import { isUuid } from "../model/uuid.ts";
import {
  account,
  countOf,
  credentialsBody,
  device as deviceSchema,
  deviceCredentials,
  deviceProfile,
  imported,
  misfitOf,
  pageOf,
  profileBody,
  services,
  systemInfo,
  tenant as tenantSchema,
  tenantProfile,
  USAGE_STATE_QUERY,
  usageStates,
  usage,
} from "./admin-bodies.ts";
import {
  type AdminAnswer,
  type AdminExchange,
  type AdminRequest,
  createAdminExchange,
  type ExchangeLimits,
  type ExchangeListener,
  pathOf,
} from "./admin-exchange.ts";
import { latestValues } from "./latest-values.ts";
import { createAdminFailover } from "./admin-failover.ts";
import { messageOf, unbounded, unexpected } from "./admin-troubles.ts";

const TRANSPORT_STATES: readonly TransportState[] = ["ENABLED", "WARNING", "DISABLED"];
/** What a list may at most come to. */
export interface AdminLimits extends ExchangeListener {
  readonly pages: number;
  readonly listMs: number;
  /** Undefined: as always. */
  readonly exchange?: ExchangeLimits;
  /** Told when one of several addresses is down and the next is asked. */
  readonly onMove?: (from: string, to: string, why: string) => void;
}

/** Ten million devices; the last pages of such a list take a second each. */
export const ADMIN_LIMITS: AdminLimits = { pages: 10_000, listMs: 3_600_000 };
const PAGE_SIZE = 1_000;
const PROFILE_PAGE_SIZE = 100;

/** ThingsBoard's REST API; nothing is asked before the first call. Throws where the authority's file cannot be read. */
export function createAdministration(admin: Admin, limits: AdminLimits = ADMIN_LIMITS): Administration {
  const exchange = exchangeFor(admin, limits);

  /** Undefined: 404, there is no such thing. */
  async function find<T extends z.ZodType>(
    request: AdminRequest,
    schema: T,
    stop: AbortSignal,
  ): Promise<{ readonly value: z.infer<T>; readonly answer: AdminAnswer } | undefined> {
    const answer = await exchange.ask(request, stop);
    if (answer.status === 404) return undefined;
    const parsed = answer.status === 200 ? schema.safeParse(answer.body, { jitless: true }) : undefined;
    if (parsed?.success === true) return { value: parsed.data, answer };
    throw unexpected(pathOf(request), answer, parsed === undefined ? undefined : misfitOf(parsed.error, answer.body));
  }

  async function ask<T extends z.ZodType>(request: AdminRequest, schema: T, stop: AbortSignal) {
    const found = await find(request, schema, stop);
    if (found !== undefined) return found;
    throw unexpected(pathOf(request), { status: 404, body: undefined });
  }

  async function* pages<T extends z.ZodType>(
    path: string,
    size: number,
    item: T,
    stop: AbortSignal,
  ): AsyncGenerator<readonly z.infer<T>[]> {
    const schema = pageOf(item, size);
    const begun = performance.now();
    let before = "";
    for (let page = 0, more = true; more; page += 1) {
      const query = `pageSize=${size}&page=${page}&sortProperty=createdTime&sortOrder=ASC`;
      const { value } = await ask({ method: "GET", path: `${path}${query}` }, schema, stop);
      yield value.data;
      more = value.hasNext;
      if (!more) return;
      // A list that is read while devices come and go may repeat one, never a whole page.
      const shown = JSON.stringify(value.data);
      if (value.data.length === 0) throw unbounded(path, `with an empty page ${page}, and says that there are more`);
      if (shown === before) throw unbounded(path, `with page ${page - 1} once more in place of page ${page}`);
      if (value.totalPages !== undefined && page + 1 >= value.totalPages) {
        throw unbounded(path, `with the last of its ${value.totalPages} pages, and says that there are more`);
      }
      if (page + 1 >= limits.pages) throw unbounded(path, `with more than ${limits.pages} pages`);
      if (performance.now() - begun > limits.listMs) {
        throw unbounded(path, `page after page for longer than ${limits.listMs / 60_000} minutes`);
      }
      before = shown;
    }
  }

  async function profileBy(matches: (profile: z.infer<typeof deviceProfile>) => boolean, stop: AbortSignal) {
    for await (const profiles of pages("/api/deviceProfiles?", PROFILE_PAGE_SIZE, deviceProfile, stop)) {
      const found = profiles.find(matches);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  return {
    async server(stop) {
      const { value, answer } = await ask({ method: "GET", path: "/api/system/info" }, systemInfo, stop);
      const time = Date.parse(answer.date ?? "");
      return { version: value.version, edition: value.type, time: Number.isNaN(time) ? undefined : time };
    },
    account: async (stop) => (await ask({ method: "GET", path: "/api/auth/user" }, account, stop)).value,
    async transportState(stop) {
      const request: AdminRequest = { method: "POST", path: "/api/entitiesQuery/find", body: USAGE_STATE_QUERY };
      const [state] = (await ask(request, usageStates, stop)).value.data;
      return TRANSPORT_STATES.find((each) => each === state?.latest.TIME_SERIES.transportApiState.value);
    },
    async limitsOf(tenant, stop) {
      const profile = await find({ method: "GET", path: `/api/tenant/${idIn(tenant)}` }, tenantSchema, stop);
      if (profile === undefined) return undefined;
      const path = `/api/tenantProfile/${idIn(profile.value)}`;
      return (await ask({ method: "GET", path }, tenantProfile, stop)).value;
    },
    services: async (stop) => (await ask({ method: "GET", path: "/api/admin/systemInfo" }, services, stop)).value,
    usage: async (stop) => (await find({ method: "GET", path: "/api/usage" }, usage, stop))?.value,
    profileByKey: (key, stop) => profileBy((profile) => profile.key === key, stop),
    profileByName: (name, stop) => profileBy((profile) => profile.name === name, stop),
    async createProfile(settings, stop) {
      const request: AdminRequest = { method: "POST", path: "/api/deviceProfile", body: profileBody(settings) };
      return (await ask(request, deviceProfile, stop)).value;
    },
    profileById: async (id, stop) =>
      (await find({ method: "GET", path: `/api/deviceProfile/${idIn(id)}` }, deviceProfile, stop))?.value,
    async deleteProfile(proof, stop) {
      const request: AdminRequest = { method: "DELETE", of: proof };
      const answer = await exchange.ask(request, stop);
      if (answer.status === 200) return "deleted";
      if (answer.status === 404) return "gone";
      if (answer.status === 400 && messageOf(answer.body)?.includes("referenced by the devices") === true)
        return "in-use";
      throw unexpected(pathOf(request), answer);
    },
    async *devicesOf(profile, stop) {
      const path = `/api/tenant/deviceInfos?deviceProfileId=${idIn(profile.id)}&`;
      for await (const devices of pages(path, PAGE_SIZE, deviceSchema, stop)) yield* devices;
    },
    async *devicesNamedLike(text, stop) {
      const path = `/api/tenant/deviceInfos?textSearch=${encodeURIComponent(text)}&`;
      for await (const devices of pages(path, PAGE_SIZE, deviceSchema, stop)) yield* devices;
    },
    deviceById: async (id, stop) =>
      (await find({ method: "GET", path: `/api/device/${idIn(id)}` }, deviceSchema, stop))?.value,
    async deviceByName(name, stop) {
      const path = `/api/tenant/devices?deviceName=${encodeURIComponent(name)}`;
      return (await find({ method: "GET", path }, deviceSchema, stop))?.value;
    },
    async countDevices(profile, stop) {
      const entityFilter =
        profile === undefined
          ? { type: "entityType", entityType: "DEVICE" }
          : { type: "deviceType", deviceTypes: [profile.name], deviceNameFilter: "" };
      const request: AdminRequest = { method: "POST", path: "/api/entitiesQuery/count", body: { entityFilter } };
      const answer = await exchange.ask(request, stop);
      const counted = answer.status === 200 ? countOf.safeParse(answer.body, { jitless: true }) : undefined;
      if (counted?.success === true) return counted.data;
      throw unexpected(pathOf(request), answer, counted && misfitOf(counted.error, answer.body));
    },
    async credentialsOf(id, stop) {
      const path = `/api/device/${idIn(id)}/credentials`;
      return (await find({ method: "GET", path }, deviceCredentials, stop))?.value;
    },
    async latestValue(id, key, stop) {
      const path = `/api/plugins/telemetry/DEVICE/${idIn(id)}/values/timeseries?keys=${encodeURIComponent(key)}`;
      const value = (await find({ method: "GET", path }, latestValues, stop))?.value[key]?.[0]?.value;
      return value === undefined || value === null ? undefined : String(value);
    },
    async createDevice({ name, profile, credentials, gateway }, stop) {
      const device = {
        name,
        deviceProfileId: { entityType: "DEVICE_PROFILE", id: profile.id },
        ...(gateway ? { additionalInfo: { gateway: true } } : {}),
      };
      const request: AdminRequest =
        credentials === undefined
          ? { method: "POST", path: "/api/device", body: device }
          : {
              method: "POST",
              path: "/api/device-with-credentials",
              body: { device, credentials: credentialsBody(credentials) },
            };
      return (await ask(request, deviceSchema, stop)).value;
    },
    async importDevices({ names, profile, gateway }, stop) {
      const rows = names.map((name) => [name, profile.name, String(gateway)].map(cell).join(","));
      const columns = ["NAME", "TYPE", "IS_GATEWAY"].map((type) => ({ type }));
      const body = {
        file: ["name,type,gateway", ...rows].join("\n"),
        mapping: { columns, delimiter: ",", header: true, update: false },
      };
      const request: AdminRequest = { method: "POST", path: "/api/device/bulk_import", body, patience: "long" };
      const { value } = await ask(request, imported, stop);
      return { created: value.created, updated: value.updated, failed: value.errors, errors: value.errorsList };
    },
    async deleteDevice(proof, stop) {
      const request: AdminRequest = { method: "DELETE", of: proof };
      const answer = await exchange.ask(request, stop);
      if (answer.status === 200) return true;
      if (answer.status === 404) return false;
      throw unexpected(pathOf(request), answer);
    },
    answeredBy: () => exchange.answeredBy(),
    close: () => exchange.close(),
  };
}

/** One for each address, asked as one. */
function exchangeFor(admin: Admin, { exchange, onMove, ...listener }: AdminLimits): AdminExchange {
  const { url: first, moreUrls = [] } = admin;
  const [own, ...more] = [first, ...moreUrls].map((url) => {
    return { url, exchange: createAdminExchange({ ...admin, url }, exchange, listener) };
  });
  if (own === undefined || more.length === 0) return createAdminExchange(admin, exchange, listener);
  return createAdminFailover([own, ...more], onMove ?? (() => undefined));
}

/** An id as part of a path. Throws RollcallError "admin-answer" where the server gave something else for one. */
function idIn(id: string): string {
  if (isUuid(id)) return id;
  throw new RollcallError(
    "admin-answer",
    `The server gave ${printable(id)} for an id, which is no UUID.`,
    "Check that the URL is that of a ThingsBoard, 3.6 or later, and its log.",
  );
}

/** RFC 4180. */
function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
