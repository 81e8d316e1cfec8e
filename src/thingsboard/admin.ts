import type { Administration, ServerDevice } from "../model/administration.ts";
import { RollcallError } from "../model/error.ts";
import type { Admin } from "../model/plan.ts";
import { type AdminAnswer, createAdminExchange } from "./admin-exchange.ts";

interface EntityId {
  readonly id: string;
}
interface Page<T> {
  readonly data: readonly T[];
  readonly hasNext: boolean;
}
interface Profile {
  readonly id: EntityId;
  readonly name: string;
  readonly provisionDeviceKey: string | null;
}
interface DeviceInfo {
  readonly id: EntityId;
  readonly name: string;
  readonly createdTime: number;
  readonly additionalInfo: { readonly gateway?: unknown } | null;
}

const PAGE_SIZE = 1_000;
const PROFILE_PAGE_SIZE = 100;

/** ThingsBoard's REST API; nothing is asked before the first call. Throws where the authority's file cannot be read. */
export function createAdministration(admin: Admin): Administration {
  const exchange = createAdminExchange(admin);

  async function read(path: string, stop: AbortSignal): Promise<AdminAnswer> {
    const answer = await exchange.ask("GET", path, stop);
    if (answer.status === 200 && answer.body !== undefined) return answer;
    throw unexpected(path, answer);
  }

  async function* pages<T>(path: string, size: number, stop: AbortSignal): AsyncGenerator<readonly T[]> {
    for (let page = 0, more = true; more; page += 1) {
      const { body } = await read(`${path}pageSize=${size}&page=${page}&sortProperty=createdTime&sortOrder=ASC`, stop);
      const { data, hasNext } = body as Page<T>;
      yield data;
      more = hasNext;
    }
  }

  return {
    async server(stop) {
      const { body, date } = await read("/api/system/info", stop);
      const { version, type } = body as { readonly version: string; readonly type: string };
      const time = Date.parse(date ?? "");
      return { version, edition: type, time: Number.isNaN(time) ? undefined : time };
    },
    async profileByKey(key, stop) {
      for await (const profiles of pages<Profile>("/api/deviceProfiles?", PROFILE_PAGE_SIZE, stop)) {
        const found = profiles.find(({ provisionDeviceKey }) => provisionDeviceKey === key);
        if (found !== undefined) return { id: found.id.id, name: found.name };
      }
      return undefined;
    },
    async *devicesOf(profile, stop) {
      const path = `/api/tenant/deviceInfos?deviceProfileId=${encodeURIComponent(profile.id)}&`;
      for await (const devices of pages<DeviceInfo>(path, PAGE_SIZE, stop)) yield* devices.map(toDevice);
    },
    async deleteDevice(id, stop) {
      const path = `/api/device/${encodeURIComponent(id)}`;
      const answer = await exchange.ask("DELETE", path, stop);
      if (answer.status === 200) return true;
      if (answer.status === 404) return false;
      throw unexpected(path, answer);
    },
    close: () => exchange.close(),
  };
}

function toDevice({ id, name, createdTime, additionalInfo }: DeviceInfo): ServerDevice {
  return { id: id.id, name, createdTime, gateway: additionalInfo?.gateway === true };
}

function unexpected(path: string, { status, body }: AdminAnswer): RollcallError {
  const said = (body as { readonly message?: unknown } | undefined)?.message;
  return new RollcallError(
    "admin-answer",
    `${path.replace(/\?.*/, "")} was answered ${status}${typeof said === "string" ? `: ${said}` : ""}.`,
    "Check that the URL is that of a ThingsBoard, 3.6 or later, and its log.",
  );
}
