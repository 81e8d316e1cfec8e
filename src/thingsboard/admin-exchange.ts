import { setTimeout as sleep } from "node:timers/promises";
import type { DeletionProof } from "../model/deletion-proof.ts";
import { RollcallError } from "../model/error.ts";
import type { Admin } from "../model/plan.ts";
import { ASK_CODES, createHttpAsker } from "../wires/http/ask-http.ts";
import { readServerJson } from "../wires/server-json.ts";
import { connectOptionsOf } from "../wires/socket/endpoint.ts";
import { parseZonedUrl, type ZonedUrl } from "../wires/socket/zoned-url.ts";
import { printable } from "../writing/text-width.ts";
import { bearer, type Session, sessionIn } from "./admin-session.ts";
import {
  limitedText,
  messageOf,
  needsSecondFactor,
  notRest,
  rateLimited,
  refused,
  troubleIn,
  unbounded,
  unexpected,
  unreachable,
} from "./admin-troubles.ts";

export interface AdminAnswer {
  readonly status: number;
  readonly body: unknown;
  /** The header of that name. */
  readonly date: string | undefined;
  /** HTML, and not the JSON that an API answers. */
  readonly isWebPage: boolean;
  /** The header of that name. */
  readonly location: string | undefined;
}

/** What a server may at most send, and take for it. */
export interface ExchangeLimits {
  readonly bytes: number;
  /** To the beginning of an answer. */
  readonly answerMs: number;
  /** The same where the server does much before. */
  readonly longMs: number;
  /** From then on to its end. */
  readonly bodyMs: number;
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
  | AdminDeletion;

export interface AdminDeletion {
  readonly method: "DELETE";
  readonly of: DeletionProof;
  /** For a device: only its server-side attributes of these names. */
  readonly attributes?: readonly string[];
}

/** Where a request goes, with its query. */
export function pathOf(request: AdminRequest): string {
  if (request.method !== "DELETE") return request.path;
  const { of, attributes } = request;
  if (attributes === undefined) return `/api/${of.kind}/${of.id}`;
  return `/api/plugins/telemetry/DEVICE/${of.id}/SERVER_SCOPE?keys=${attributes.map(encodeURIComponent).join(",")}`;
}

/** Authorised requests to ThingsBoard's REST API. */
export interface AdminExchange {
  /** Resolves with any status that is ThingsBoard's own but 401, 403 and 429: those are RollcallErrors, the last after several tries. */
  ask(request: AdminRequest, stop: AbortSignal): Promise<AdminAnswer>;
  /** As whoever `authorization` makes it; undefined: nobody. Resolves with any status at the first try. */
  askAs(authorization: string | undefined, request: AdminRequest, stop: AbortSignal): Promise<AdminAnswer>;
  /** Addresses that have answered, in order. */
  answeredBy(): readonly string[];
  close(): Promise<void>;
}

/** A page of 1,000 devices is about 1 MiB; ThingsBoard itself takes 16 MiB. Longer than 120 s no request of ours is worked on. */
const LIMITS: ExchangeLimits = { bytes: 33_554_432, answerMs: 30_000, longMs: 120_000, bodyMs: 60_000 };
/** The scope of a token that is good for a second factor alone: PRE_VERIFICATION_TOKEN, and MFA_CONFIGURATION_TOKEN where it is yet to be set up. */
const SECOND_FACTOR = /^(?:PRE_VERIFICATION|MFA_CONFIGURATION)/;
/** What ThingsBoard answers on a path that it does not have, as /api/api/auth/login. */
const NO_PATH = "Authentication failed";
const TRIES = 8;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A pause so long is said, so that nobody takes it for a standstill. */
const TOLD_PAUSE_MS = 4_000;

/** Whom to tell what. */
export interface ExchangeListener {
  /** The length of each answer, that to a login too. */
  readonly onAnswer?: ((bytes: number) => void) | undefined;
  /** Once: that the server wants fewer requests, and is waited for. */
  readonly onWait?: ((text: string) => void) | undefined;
}

/** At the first of its addresses. */
export function createAdminExchange(
  admin: Admin,
  limits: ExchangeLimits = LIMITS,
  { onAnswer, onWait }: ExchangeListener = {},
): AdminExchange {
  const origin = admin.url.replace(/\/+$/, "");
  const asker = createHttpAsker(connectOptionsOf(admin.tls));
  let session: Promise<Session> | undefined;
  let hasAnswered = false;
  let saidWait = false;

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
    const trouble = troubleIn(origin, answer);
    if (trouble !== undefined) throw trouble;
    const { scope } = (answer.body ?? {}) as { readonly scope?: unknown };
    if (answer.status === 200 && typeof scope === "string" && SECOND_FACTOR.test(scope)) {
      throw needsSecondFactor(origin, scope);
    }
    const found = sessionIn(answer);
    if (found !== undefined) return found;
    if (answer.status === 404) throw notRest(origin, 404, "to a login");
    // A wrong password has other words.
    if (answer.status === 401 && messageOf(answer.body) === NO_PATH && !/^\w+:\/\/[^/]+$/.test(origin)) {
      throw notRest(origin, 401, `"${NO_PATH}" to a login`);
    }
    throw answer.status === 401 || answer.status === 403
      ? refused(origin, answer, false)
      : unexpected(
          `${origin}/api/auth/login`,
          answer,
          answer.status === 200 ? "that is no answer to a login" : undefined,
        );
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
    const trouble = troubleIn(origin, answer);
    if (trouble !== undefined) throw trouble;
    if (answer.status === 401 || answer.status === 403) throw refused(origin, answer, admin.apiKey !== undefined);
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
        throw rateLimited(origin, TRIES);
      }
      const wait = retryAfter ?? pause;
      if (wait >= TOLD_PAUSE_MS && !saidWait) {
        saidWait = true;
        onWait?.(limitedText(origin, wait, TRIES));
      }
      await sleep(wait, undefined, { signal: stop });
    }
  }

  async function once(
    asked: AdminRequest,
    authorisation: Readonly<Record<string, string>>,
    stop: AbortSignal,
  ): Promise<{ readonly answer: AdminAnswer; readonly retryAfter: number | undefined }> {
    const { body, patience } = asked.method === "DELETE" ? {} : asked;
    const url = urlTo(pathOf(asked));
    const patienceMs = patience === "long" ? limits.longMs : limits.answerMs;
    // One that sends a byte now and then is never silent: its whole answer has a time too.
    const late = AbortSignal.timeout(patienceMs + limits.bodyMs);
    try {
      const { status, headers, text, bytes } = await asker.ask(
        {
          ...url,
          method: asked.method,
          headers: body === undefined ? authorisation : { ...authorisation, "Content-Type": "application/json" },
          body: body === undefined ? undefined : JSON.stringify(body),
        },
        { bytes: limits.bytes, answerMs: patienceMs, silenceMs: limits.answerMs },
        AbortSignal.any([stop, late]),
      );
      const said = readServerJson(text);
      hasAnswered = true;
      onAnswer?.(bytes);
      const seconds = Number(headers["retry-after"] ?? NaN);
      return {
        answer: {
          status,
          body: said,
          date: headers.date,
          isWebPage: /^\s*text\/html\b/i.test(headers["content-type"] ?? "") && said === undefined,
          location: headers.location,
        },
        retryAfter: seconds >= 0 ? Math.min(seconds * 1_000, LONGEST_PAUSE_MS) : undefined,
      };
    } catch (error) {
      if (stop.aborted) throw error;
      const path = pathOf(asked);
      if (late.aborted) throw unbounded(path, `for longer than ${(patienceMs + limits.bodyMs) / 1_000} s`);
      if ((error as NodeJS.ErrnoException | undefined)?.code === ASK_CODES.tooLong) {
        throw unbounded(path, `with more than ${Math.floor(limits.bytes / 1_048_576)} MiB`);
      }
      throw unreachable(origin, error, hasAnswered);
    }
  }

  /** What a URL would resolve, as `..`, is not where the request was meant to go. */
  function urlTo(path: string): ZonedUrl {
    const zoned = parseZonedUrl(`${origin}${path}`);
    if (zoned === undefined) throw unreachable(origin, new Error("this is no URL"));
    const [plain = ""] = path.split("?");
    if (zoned.url.pathname.endsWith(plain) && !plain.includes("//")) return zoned;
    throw new RollcallError(
      "admin-answer",
      `The server named something that is not an id, which made the path ${printable(plain)}: it was not asked for.`,
      "Check that the URL is that of a ThingsBoard, 3.6 or later, and its log.",
    );
  }

  return {
    ask,
    async askAs(authorization, request, stop) {
      const headers = authorization === undefined ? {} : { "X-Authorization": authorization };
      return (await once(request, headers, stop)).answer;
    },
    answeredBy: () => (hasAnswered ? [origin] : []),
    close: async () => asker.close(),
  };
}

const noHeaders = (): Promise<Record<string, string>> => Promise.resolve({});
