import { unfitForHeader } from "../model/header-text.ts";
import { readServerJson } from "../wires/server-json.ts";

/** What a login gave: a token, and for how long it is good. */

export interface Session {
  readonly token: string;
  readonly refreshToken: string | undefined;
  /** From when on it is renewed before it is used, by this process's own clock; undefined: the token does not say. */
  readonly renewAt: number | undefined;
}

/** A token is renewed so long before its end, or after four fifths of its life if that is later. */
const RENEWAL_MS = 60_000;

export const bearer = ({ token }: Session) => ({ "X-Authorization": `Bearer ${token}` });

/** Undefined: not let in. */
export function sessionIn({ status, body }: { readonly status: number; readonly body: unknown }): Session | undefined {
  const { token, refreshToken } = (body ?? {}) as { readonly token?: unknown; readonly refreshToken?: unknown };
  if (status !== 200 || typeof token !== "string" || unfitForHeader(token) !== undefined) return undefined;
  return {
    token,
    refreshToken: typeof refreshToken === "string" ? refreshToken : undefined,
    renewAt: renewAtOf(token),
  };
}

/** Only the token's length of life counts: the server's clock may be another. */
function renewAtOf(token: string): number | undefined {
  const claims = readServerJson(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
  const { iat, exp } = (claims ?? {}) as { readonly iat?: unknown; readonly exp?: unknown };
  if (typeof iat !== "number" || typeof exp !== "number") return undefined;
  const life = (exp - iat) * 1_000;
  return performance.now() + Math.max(life - RENEWAL_MS, life * 0.8);
}
