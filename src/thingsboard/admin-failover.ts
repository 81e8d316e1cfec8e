import { RollcallError } from "../model/error.ts";
import type { AdminAnswer, AdminDeletion, AdminExchange, AdminRequest } from "./admin-exchange.ts";
import { isDown, wasNotSent } from "./admin-troubles.ts";

/** One address of a server's REST API. */
export interface AdminPlace {
  readonly url: string;
  readonly exchange: AdminExchange;
}

/** Records that were read and not deleted; the oldest is forgotten first, and then must be read again. */
const MOST_READ = 100_000;

/**
 * Several addresses of one server as one. It is asked at the first until that is down, then at the next, and stays there. What
 * changes something is asked elsewhere only where it was surely not sent. Nothing is deleted but at the address where its
 * record was read: nodes may lag behind each other, and what one says of a device proves nothing at another.
 */
export function createAdminFailover(
  places: readonly AdminPlace[],
  onMove: (from: string, to: string, why: string) => void,
): AdminExchange {
  let current = 0;
  const answered = new Set<string>();
  const readAt = new Map<string, AdminPlace>();

  async function ask(request: AdminRequest, stop: AbortSignal): Promise<AdminAnswer> {
    // A deletion alone is of something that was read.
    if ("of" in request) return deleteWhereRead(request, stop);
    const first = current;
    for (let tried = 0; ; tried += 1) {
      const index = (first + tried) % places.length;
      const place = places[index];
      if (place === undefined) throw new Error("an administrator without an address");
      try {
        const answer = await place.exchange.ask(request, stop);
        answered.add(place.url);
        if (request.method === "GET") noteRead(request.path, place);
        return answer;
      } catch (error) {
        if (stop.aborted || !isDown(error) || !(isReading(request) || wasNotSent(error))) throw error;
        if (tried + 1 >= places.length) throw allDown(places, error);
        moveFrom(index, error.message);
      }
    }
  }

  /** Unless another request has moved already. */
  function moveFrom(index: number, why: string): void {
    if (current !== index) return;
    current = (index + 1) % places.length;
    onMove(places[index]?.url ?? "", places[current]?.url ?? "", why);
  }

  function noteRead(path: string, place: AdminPlace): void {
    if (!ONE_THING.test(path)) return;
    readAt.delete(path);
    readAt.set(path, place);
    const [oldest] = readAt.keys();
    if (readAt.size > MOST_READ && oldest !== undefined) readAt.delete(oldest);
  }

  async function deleteWhereRead(request: AdminDeletion, stop: AbortSignal): Promise<AdminAnswer> {
    const path = `/api/${request.of.kind}/${request.of.id}`;
    const place = readAt.get(path);
    if (place === undefined) {
      throw new RollcallError(
        "admin-moved",
        `${path} was not read at any of the administrator's addresses just before: it is not deleted.`,
        "Give the same command again.",
      );
    }
    if (request.attributes === undefined) readAt.delete(path);
    return place.exchange.ask(request, stop);
  }

  return {
    ask,
    askAs(authorization, request, stop) {
      const place = places[current];
      if (place === undefined) throw new Error("an administrator without an address");
      return place.exchange.askAs(authorization, request, stop);
    },
    answeredBy: () => [...answered],
    async close() {
      await Promise.all(places.map(({ exchange }) => exchange.close()));
    },
  };
}

const ONE_THING = /^\/api\/(?:device|deviceProfile)\/[\da-f-]+$/i;

/** A query, though it has a body. */
function isReading(request: AdminRequest): boolean {
  return request.method === "GET" || (request.method === "POST" && request.path.startsWith("/api/entitiesQuery/"));
}

function allDown(places: readonly AdminPlace[], error: RollcallError): RollcallError {
  return new RollcallError(
    error.code,
    `None of the administrator's ${places.length} addresses answers; of the last: ${error.message}`,
    error.hint,
    error.exitCode,
    error,
  );
}
