import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";

/** Who may ask for what. */
export interface Gate {
  /** In every link: whoever has it may read, and stop the run. */
  readonly token: string;
  /** As it was given: "127.0.0.1", "0.0.0.0", "build-7.example.com". */
  readonly host: string;
  readonly port: number;
}

/** What of a request decides whether it is answered. */
export interface Asked {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Sec-Fetch-Site. */
  readonly site: string | undefined;
  /** Of the header; for reading, also of the link. */
  readonly token: string | undefined;
  /** It shows nothing of a run: the page's own script and library. */
  readonly isAsset: boolean;
}

export type Refusal = readonly [status: 401 | 403 | 405 | 421, why: string];

/**
 * Undefined: it may pass. A page of somebody else in the same browser can send requests here too: it is told by its Origin, and
 * where it hides behind a name of its own that leads here (DNS rebinding), by the Host. Reading on this machine is free, and
 * every POST and all reading from elsewhere needs the token.
 */
export function refusalOf(asked: Asked, gate: Gate): Refusal | undefined {
  const { method, host, origin, site, isAsset } = asked;
  if (method !== "GET" && method !== "POST") return [405, "GET and POST alone are answered here."];
  if (host === undefined || !isOwnHost(host, gate)) return [421, "This is not the address of this page."];
  if (origin !== undefined && origin !== `http://${host}`) return [403, "Another page asked for this."];
  if (method === "POST" && site !== undefined && site !== "same-origin") return [403, "Another page asked for this."];
  if (isAsset && method === "GET") return undefined;
  const needed = method === "POST" || !isLoopback(gate.host);
  if (needed && !isSame(asked.token ?? "", gate.token)) {
    return [401, "Open the link that was printed when the page was started: it has a token."];
  }
  return undefined;
}

/** By an address no foreign name can hide; of names only this machine's own and the one that was given. */
function isOwnHost(header: string, { host, port }: Gate): boolean {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::(\d+))?$/.exec(header);
  if (parts === null || Number(parts[3] ?? 80) !== port) return false;
  const name = (parts[1] ?? parts[2] ?? "").toLowerCase();
  if (isLoopback(host)) return isLoopback(name);
  return isIP(name) !== 0 || name === host.toLowerCase() || name === "localhost";
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** Takes as long for a near miss as for any other. */
function isSame(left: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
