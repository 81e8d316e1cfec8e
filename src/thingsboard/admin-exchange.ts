import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import { RollcallError } from "../model/error.ts";
import type { Admin, TlsPlan } from "../model/plan.ts";

export interface AdminAnswer {
  readonly status: number;
  readonly body: unknown;
  /** The header of that name. */
  readonly date: string | undefined;
}

/** Authorised requests to ThingsBoard's REST API. */
export interface AdminExchange {
  /** Resolves with any status but 401, 403 and 429: those are RollcallErrors, the last after several tries. */
  ask(method: "GET" | "DELETE", path: string, stop: AbortSignal): Promise<AdminAnswer>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 30_000;
const TRIES = 8;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

export function createAdminExchange(admin: Admin): AdminExchange {
  const origin = admin.url.replace(/\/+$/, "");
  const dispatcher = new Agent({ connect: tlsOptions(admin.tls), headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  let session: Promise<string> | undefined;

  /** One login for all requests that wait for it. */
  function authorise(stop: AbortSignal): Promise<string> {
    if (admin.apiKey !== undefined) return Promise.resolve(`ApiKey ${admin.apiKey.reveal()}`);
    session ??= login(stop).catch((error: unknown) => {
      session = undefined;
      throw error;
    });
    return session;
  }

  async function login(stop: AbortSignal): Promise<string> {
    const body = JSON.stringify({ username: admin.username, password: admin.password?.reveal() });
    const answer = await patiently("POST", "/api/auth/login", () => Promise.resolve({}), stop, body);
    const token = (answer.body as { readonly token?: unknown } | undefined)?.token;
    if (answer.status !== 200 || typeof token !== "string") throw refused(answer);
    return `Bearer ${token}`;
  }

  async function ask(method: "GET" | "DELETE", path: string, stop: AbortSignal): Promise<AdminAnswer> {
    let used: Promise<string> | undefined;
    const headers = async (): Promise<Record<string, string>> => {
      const authorisation = authorise(stop);
      used = session;
      return { "X-Authorization": await authorisation };
    };
    let answer = await patiently(method, path, headers, stop);
    if (answer.status === 401 && admin.apiKey === undefined) {
      // Tokens expire. Unless another request has a new one already, this one gets it.
      if (session === used) session = undefined;
      answer = await patiently(method, path, headers, stop);
    }
    if (answer.status === 401 || answer.status === 403) throw refused(answer);
    return answer;
  }

  /** Waits as long as a 429 asks, twice as long each time where it does not say. */
  async function patiently(
    method: "GET" | "POST" | "DELETE",
    path: string,
    headers: () => Promise<Record<string, string>>,
    stop: AbortSignal,
    body?: string,
  ): Promise<AdminAnswer> {
    for (let pause = FIRST_PAUSE_MS, tries = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS), tries += 1) {
      const { answer, retryAfter } = await once(method, path, await headers(), stop, body);
      if (answer.status !== 429) return answer;
      if (tries === TRIES) {
        throw new RollcallError(
          "admin-rate-limit",
          `${origin} still answers 429 (too many requests) after ${TRIES} tries.`,
          "Raise the tenant's REST limit, or try again later: what is done stays done.",
        );
      }
      await sleep(retryAfter ?? pause, undefined, { signal: stop });
    }
  }

  async function once(
    method: "GET" | "POST" | "DELETE",
    path: string,
    headers: Readonly<Record<string, string>>,
    stop: AbortSignal,
    body: string | undefined,
  ): Promise<{ readonly answer: AdminAnswer; readonly retryAfter: number | undefined }> {
    try {
      const response = await request(`${origin}${path}`, {
        method,
        dispatcher,
        signal: stop,
        headers: body === undefined ? headers : { ...headers, "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body }),
      });
      const text = await response.body.text();
      const seconds = Number(response.headers["retry-after"] ?? NaN);
      const date = response.headers["date"];
      return {
        answer: {
          status: response.statusCode,
          body: parse(text),
          date: typeof date === "string" ? date : undefined,
        },
        retryAfter: seconds >= 0 ? Math.min(seconds * 1_000, LONGEST_PAUSE_MS) : undefined,
      };
    } catch (error) {
      if (stop.aborted) throw error;
      throw unreachable(error);
    }
  }

  function refused({ status, body }: AdminAnswer): RollcallError {
    const said = (body as { readonly message?: unknown } | undefined)?.message;
    return new RollcallError(
      "admin-refused",
      `${origin} refuses the administrator: ${status}${typeof said === "string" ? `, "${said}"` : ""}.`,
      admin.apiKey === undefined
        ? "Check user name and password: a tenant administrator's, not the system administrator's."
        : "Check the API key: of a tenant administrator, enabled, not expired, and ThingsBoard 4.3 or later.",
    );
  }

  function unreachable(error: unknown): RollcallError {
    const reason =
      error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);
    return new RollcallError(
      "admin-unreachable",
      `${origin} does not answer: ${reason}.`,
      "Check the URL of ThingsBoard's web interface, with http:// or https://, and its TLS options.",
      undefined,
      error,
    );
  }

  return { ask, close: () => dispatcher.destroy() };
}

/** Undefined: not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function tlsOptions(tls: TlsPlan | undefined) {
  if (tls === undefined) return {};
  return {
    rejectUnauthorized: !tls.insecure,
    ...(tls.caFile === undefined ? {} : { ca: readFileSync(tls.caFile, "utf8") }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
}
