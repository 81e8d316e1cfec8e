import type { IncomingHttpHeaders } from "node:http";
import type { Random } from "./random.ts";
import {
  badRequest,
  ERROR_CODE,
  json,
  objectAt,
  readObject,
  type RestAnswer,
  RestError,
  textAt,
} from "./rest-answer.ts";
import type { Timers } from "./timers.ts";

/** Who may call: tokens with an end, and from 4.3 on API keys (contract, section 6). */
export interface RestSessions {
  login(body: string): RestAnswer;
  refresh(body: string): RestAnswer;
  createApiKey(body: string): RestAnswer;
  /** Throws RestError unless the caller is let in. */
  admit(headers: IncomingHttpHeaders): void;
}

export interface RestSessionsDeps {
  readonly timers: Timers;
  readonly random: Random;
  readonly apiKeys: readonly string[];
  /** Whether this release knows API keys at all. */
  readonly acceptsApiKeys: boolean;
  readonly tokenLifetimeMs: number;
}

/** The tenant administrator of ThingsBoard's demo data. */
const USER = "tenant@thingsboard.org";
const PASSWORD = "tenant";
const REFRESH_LIFETIME_MS = 604_800_000;
const KEY_PREFIX = "tb_";
const KEY_LENGTH = 64;

const unauthorized = (errorCode: number, message: string): RestError => new RestError(401, errorCode, message);
const wrong = (): RestError => unauthorized(ERROR_CODE.authentication, "Invalid username or password");
const failed = (): RestError => unauthorized(ERROR_CODE.authentication, "Authentication failed");
const expired = (): RestError => unauthorized(ERROR_CODE.tokenExpired, "Token has expired");

export function createRestSessions(deps: RestSessionsDeps): RestSessions {
  const { timers, random, acceptsApiKeys } = deps;
  const apiKeys = new Set(deps.apiKeys);
  /** By token, when it ends, by the monotonic clock. */
  const tokens = new Map<string, number>();
  const refreshTokens = new Map<string, number>();

  /** In the form of a JWT, so that a client can read when it ends; nobody checks the signature. */
  const issue = (into: Map<string, number>, lifetimeMs: number): string => {
    const now = Math.floor(timers.wall() / 1_000);
    const claims = { sub: USER, scopes: ["TENANT_ADMIN"], iat: now, exp: now + Math.floor(lifetimeMs / 1_000) };
    const parts = [{ alg: "HS512" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
    const token = [...parts, random.alphanumerics(20)].join(".");
    into.set(token, timers.now() + lifetimeMs);
    return token;
  };
  const pair = (): RestAnswer =>
    json({ token: issue(tokens, deps.tokenLifetimeMs), refreshToken: issue(refreshTokens, REFRESH_LIFETIME_MS) });

  const check = (known: ReadonlyMap<string, number>, token: string): void => {
    const end = known.get(token);
    if (end === undefined) throw wrong();
    if (timers.now() >= end) throw expired();
  };

  return {
    login: (body) => {
      const { username, password } = readObject(body);
      if (username !== USER || password !== PASSWORD) throw wrong();
      return pair();
    },
    refresh: (body) => {
      const { refreshToken } = readObject(body);
      if (typeof refreshToken !== "string" || refreshToken.trim() === "") throw failed();
      check(refreshTokens, refreshToken);
      return pair();
    },
    createApiKey: (body) => {
      const { description, enabled, ...given } = readObject(body);
      if (textAt(objectAt(given, "userId"), "id") === undefined) throw badRequest("Invalid entity id");
      const value = `${KEY_PREFIX}${random.alphanumerics(KEY_LENGTH)}`;
      if (enabled !== false) apiKeys.add(value);
      return json({ description, enabled: enabled !== false, expirationTime: 0, value });
    },
    admit: (headers) => {
      const given = headers["x-authorization"] ?? headers.authorization;
      if (typeof given !== "string" || given.trim() === "") throw failed();
      if (acceptsApiKeys && given.startsWith("ApiKey ")) {
        if (apiKeys.has(given.slice("ApiKey ".length))) return;
        throw wrong();
      }
      if (given.length < "Bearer ".length) throw failed();
      check(tokens, given.slice("Bearer ".length));
    },
  };
}
