import type { IncomingHttpHeaders } from "node:http";
import { DEFAULT_TENANT, type SimulatedAdministrator } from "../options.ts";
import type { Random } from "../timing/random.ts";
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
import type { Timers } from "../timing/timers.ts";

/** Who may call: tokens with an end, and from 4.3 on API keys (contract, section 6). */
export interface RestSessions {
  login(body: string): RestAnswer;
  refresh(body: string): RestAnswer;
  createApiKey(body: string, user: RestUser): RestAnswer;
  /** Who calls. Throws RestError unless the caller is let in. */
  admit(headers: IncomingHttpHeaders): RestUser;
}

export type RestUser =
  | { readonly authority: "TENANT_ADMIN"; readonly user: string; readonly tenant: string }
  | { readonly authority: "SYS_ADMIN"; readonly user: string; readonly tenant?: undefined };

export interface RestSessionsDeps {
  readonly timers: Timers;
  readonly random: Random;
  /** Those of the first tenant's administrator. */
  readonly apiKeys: readonly string[];
  /** Of further tenants. */
  readonly administrators: readonly SimulatedAdministrator[];
  /** Whether this release knows API keys at all. */
  readonly acceptsApiKeys: boolean;
  readonly tokenLifetimeMs: number;
}

type Account = RestUser & { readonly password: string };

/** Those of ThingsBoard's demo data. */
const FIRST: Account = {
  user: "tenant@thingsboard.org",
  password: "tenant",
  authority: "TENANT_ADMIN",
  tenant: DEFAULT_TENANT,
};
const SYSTEM: Account = { user: "sysadmin@thingsboard.org", password: "sysadmin", authority: "SYS_ADMIN" };

interface Issued {
  readonly account: Account;
  /** By the monotonic clock. */
  readonly end: number;
}

const REFRESH_LIFETIME_MS = 604_800_000;
const KEY_PREFIX = "tb_";
const KEY_LENGTH = 64;

const unauthorized = (errorCode: number, message: string): RestError => new RestError(401, errorCode, message);
const wrong = (): RestError => unauthorized(ERROR_CODE.authentication, "Invalid username or password");
const failed = (): RestError => unauthorized(ERROR_CODE.authentication, "Authentication failed");
const expired = (): RestError => unauthorized(ERROR_CODE.tokenExpired, "Token has expired");

/** A login that cannot be read is one that failed. */
function readLogin(body: string) {
  try {
    return readObject(body);
  } catch {
    throw failed();
  }
}

/** When a token says that it ends, milliseconds since 1970, which is looked at before its signature; without end where it does not say. */
function endOf(token: string): number {
  try {
    const { exp } = readObject(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return typeof exp === "number" ? exp * 1_000 : Infinity;
  } catch {
    return Infinity;
  }
}

export function createRestSessions(deps: RestSessionsDeps): RestSessions {
  const { timers, random, acceptsApiKeys } = deps;
  const accounts: readonly Account[] = [
    FIRST,
    SYSTEM,
    ...deps.administrators.map((each): Account => ({ ...each, authority: "TENANT_ADMIN" })),
  ];
  const apiKeys = new Map<string, RestUser>(deps.apiKeys.map((key) => [key, FIRST]));
  const tokens = new Map<string, Issued>();
  const refreshTokens = new Map<string, Issued>();

  /** In the form of a JWT, so that a client can read when it ends; nobody checks the signature. */
  const issue = (into: Map<string, Issued>, account: Account, lifetimeMs: number): string => {
    const now = Math.floor(timers.wall() / 1_000);
    const claims = {
      sub: account.user,
      scopes: [account.authority],
      iat: now,
      exp: now + Math.floor(lifetimeMs / 1_000),
    };
    const parts = [{ alg: "HS512" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
    const token = [...parts, random.alphanumerics(20)].join(".");
    into.set(token, { account, end: timers.now() + lifetimeMs });
    return token;
  };
  const pair = (account: Account): RestAnswer =>
    json({
      token: issue(tokens, account, deps.tokenLifetimeMs),
      refreshToken: issue(refreshTokens, account, REFRESH_LIFETIME_MS),
    });

  const check = (known: ReadonlyMap<string, Issued>, token: string): Account => {
    const issued = known.get(token);
    if (issued === undefined) throw endOf(token) < timers.wall() ? expired() : wrong();
    if (timers.now() >= issued.end) throw expired();
    return issued.account;
  };

  return {
    login: (body) => {
      const { username, password } = readLogin(body);
      if (username === "" || password === "") throw failed();
      const account = accounts.find((each) => each.user === username && each.password === password);
      if (account === undefined) throw wrong();
      return pair(account);
    },
    refresh: (body) => {
      const { refreshToken } = readObject(body);
      if (typeof refreshToken !== "string" || refreshToken.trim() === "") throw failed();
      return pair(check(refreshTokens, refreshToken));
    },
    createApiKey: (body, user) => {
      const { description, enabled, ...given } = readObject(body);
      if (textAt(objectAt(given, "userId"), "id") === undefined) throw badRequest("Invalid entity id");
      const value = `${KEY_PREFIX}${random.alphanumerics(KEY_LENGTH)}`;
      if (enabled !== false) apiKeys.set(value, user);
      return json({ description, enabled: enabled !== false, expirationTime: 0, value });
    },
    admit: (headers) => {
      const given = headers["x-authorization"] ?? headers.authorization;
      if (typeof given !== "string" || given.trim() === "") throw failed();
      if (acceptsApiKeys && given.startsWith("ApiKey ")) {
        const owner = apiKeys.get(given.slice("ApiKey ".length));
        if (owner === undefined) throw wrong();
        return owner;
      }
      if (given.length < "Bearer ".length) throw failed();
      return check(tokens, given.slice("Bearer ".length));
    },
  };
}
