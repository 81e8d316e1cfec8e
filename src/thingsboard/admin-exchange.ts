import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import type { DeletionProof } from "../model/deletion-proof.ts";
import { RollcallError } from "../model/error.ts";
import type { Admin, TlsPlan } from "../model/plan.ts";
import { printable } from "../writing/text-width.ts";

export interface AdminAnswer {
  readonly status: number;
  readonly body: unknown;
  /** The header of that name. */
  readonly date: string | undefined;
}

export type AdminRequest =
  | {
      readonly method: "GET" | "POST";
      /** With its query. */
      readonly path: string;
      /** Sent as JSON; undefined: none. */
      readonly body?: unknown;
      /** "long": the server does much before it answers. */
      readonly patience?: "long";
    }
  | {
      readonly method: "DELETE";
      readonly of: DeletionProof;
      /** Of a device: only its server-side attributes of these names. */
      readonly attributes?: readonly string[];
    };

/** Where a request goes, with its query. */
export function pathOf(request: AdminRequest): string {
  if (request.method !== "DELETE") return request.path;
  const { of, attributes } = request;
  if (attributes === undefined) return `/api/${of.kind}/${of.id}`;
  return `/api/plugins/telemetry/DEVICE/${of.id}/SERVER_SCOPE?keys=${attributes.map(encodeURIComponent).join(",")}`;
}

/** Authorised requests to ThingsBoard's REST API. */
export interface AdminExchange {
  /** Resolves with any status but 401, 403 and 429: those are RollcallErrors, the last after several tries. */
  ask(request: AdminRequest, stop: AbortSignal): Promise<AdminAnswer>;
  /** As whoever `authorization` makes it; undefined: nobody. Resolves with any status at the first try. */
  askAs(authorization: string | undefined, request: AdminRequest, stop: AbortSignal): Promise<AdminAnswer>;
  close(): Promise<void>;
}

interface Session {
  readonly token: string;
  readonly refreshToken: string | undefined;
  /** From when on it is renewed before it is used, by this process's own clock; undefined: the token does not say. */
  readonly renewAt: number | undefined;
}

const TIMEOUT_MS = 30_000;
/** Longer than any server takes for a request of ours that it works on at all. */
const LONG_TIMEOUT_MS = 120_000;
/** A token is renewed so long before its end, or after four fifths of its life if that is later. */
const RENEWAL_MS = 60_000;
const TRIES = 8;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

export function createAdminExchange(admin: Admin): AdminExchange {
  const origin = admin.url.replace(/\/+$/, "");
  const dispatcher = new Agent({ connect: tlsOptions(admin.tls), headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  let session: Promise<Session> | undefined;

  /** One login for all requests that wait for it. */
  async function headers(stop: AbortSignal): Promise<Record<string, string>> {
    if (admin.apiKey !== undefined) return { "X-Authorization": `ApiKey ${admin.apiKey.reveal()}` };
    session ??= keep(login(stop));
    const used = session;
    const known = await used;
    if (known.renewAt === undefined || performance.now() < known.renewAt) return bearer(known);
    // Unless another request does so already.
    if (session === used) session = keep(renew(known, stop));
    return bearer(await (session ?? used));
  }

  /** One that could not be had is not kept: the next request tries again. */
  function keep(asked: Promise<Session>): Promise<Session> {
    const kept = asked.catch((error: unknown) => {
      if (session === kept) session = undefined;
      throw error;
    });
    return kept;
  }

  async function login(stop: AbortSignal): Promise<Session> {
    const body = { username: admin.username, password: admin.password?.reveal() };
    const answer = await patiently({ method: "POST", path: "/api/auth/login", body }, noHeaders, stop);
    const found = sessionIn(answer);
    if (found === undefined) throw refused(answer);
    return found;
  }

  /** With the refresh token while that is good; else as before. */
  async function renew({ refreshToken }: Session, stop: AbortSignal): Promise<Session> {
    if (refreshToken === undefined) return login(stop);
    const request: AdminRequest = { method: "POST", path: "/api/auth/token", body: { refreshToken } };
    return sessionIn(await patiently(request, noHeaders, stop)) ?? login(stop);
  }

  async function ask(request: AdminRequest, stop: AbortSignal): Promise<AdminAnswer> {
    let used: Promise<Session> | undefined;
    const authorised = async (): Promise<Record<string, string>> => {
      const own = headers(stop);
      used = session;
      return own;
    };
    let answer = await patiently(request, authorised, stop);
    if (answer.status === 401 && used !== undefined) {
      // Tokens expire. Unless another request has a new one already, this one gets it.
      if (session === used) session = keep(renew(await used, stop));
      answer = await patiently(request, authorised, stop);
    }
    if (answer.status === 401 || answer.status === 403) throw refused(answer);
    return answer;
  }

  /** Waits as long as a 429 asks, twice as long each time where it does not say. */
  async function patiently(
    request: AdminRequest,
    authorised: () => Promise<Record<string, string>>,
    stop: AbortSignal,
  ): Promise<AdminAnswer> {
    for (let pause = FIRST_PAUSE_MS, tries = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS), tries += 1) {
      const { answer, retryAfter } = await once(request, await authorised(), stop);
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
    asked: AdminRequest,
    authorisation: Readonly<Record<string, string>>,
    stop: AbortSignal,
  ): Promise<{ readonly answer: AdminAnswer; readonly retryAfter: number | undefined }> {
    const { body, patience } = asked.method === "DELETE" ? {} : asked;
    const url = urlTo(pathOf(asked));
    try {
      const response = await request(url, {
        method: asked.method,
        dispatcher,
        signal: stop,
        headersTimeout: patience === "long" ? LONG_TIMEOUT_MS : TIMEOUT_MS,
        headers: body === undefined ? authorisation : { ...authorisation, "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
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

  /** What a URL would resolve, as `..`, is not where the request was meant to go. */
  function urlTo(path: string): URL {
    const url = URL.parse(`${origin}${path}`);
    if (url === null) throw unreachable(new Error("this is no URL"));
    const [plain = ""] = path.split("?");
    if (url.pathname.endsWith(plain) && !plain.includes("//")) return url;
    throw new RollcallError(
      "admin-answer",
      `The server named something that is not an id, which made the path ${printable(plain)}: it was not asked for.`,
      "Check that the URL is that of a ThingsBoard, 3.6 or later, and its log.",
    );
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

  return {
    ask,
    async askAs(authorization, request, stop) {
      const headers = authorization === undefined ? {} : { "X-Authorization": authorization };
      return (await once(request, headers, stop)).answer;
    },
    close: () => dispatcher.destroy(),
  };
}

const bearer = ({ token }: Session) => ({ "X-Authorization": `Bearer ${token}` });
const noHeaders = (): Promise<Record<string, string>> => Promise.resolve({});

/** Undefined: not let in. */
function sessionIn({ status, body }: AdminAnswer): Session | undefined {
  const { token, refreshToken } = (body ?? {}) as { readonly token?: unknown; readonly refreshToken?: unknown };
  if (status !== 200 || typeof token !== "string") return undefined;
  return {
    token,
    refreshToken: typeof refreshToken === "string" ? refreshToken : undefined,
    renewAt: renewAtOf(token),
  };
}

/** Only the token's length of life counts: the server's clock may be another. */
function renewAtOf(token: string): number | undefined {
  const claims = parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
  const { iat, exp } = (claims ?? {}) as { readonly iat?: unknown; readonly exp?: unknown };
  if (typeof iat !== "number" || typeof exp !== "number") return undefined;
  const life = (exp - iat) * 1_000;
  return performance.now() + Math.max(life - RENEWAL_MS, life * 0.8);
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
