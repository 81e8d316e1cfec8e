import type { Target } from "../../model/plan.ts";
import type { Greeting } from "../examination.ts";
import { converse, type Talk } from "./converse.ts";

/** How the first bytes of a server that is not the one wanted begin. */
const BEGINNINGS: readonly (readonly [RegExp, string])[] = [
  [/^HTTP\/|^<!DOCTYPE|^<html/i, "a web server (HTTP)"],
  [/^SSH-/, "an SSH server"],
  [/^220[ -]/, "a mail or FTP server"],
  [/^AMQP/, "an AMQP broker"],
  [/^-ERR .*command|^-DENIED/, "a Redis server"],
  [/^\+OK|^\* OK/, "a mail server"],
  [/mysql_native_password|caching_sha2_password/, "a MySQL server"],
];

/** RFC 8446, section 5.1. */
const TLS_ALERT = 0x15;
const TLS_MAJOR = 0x03;

const HTTP = Buffer.from("GET / HTTP/1.0\r\n\r\n");
const PATIENCE_MS = 2_000;

/** What its first bytes say of a server; undefined: nothing that is known. */
export function strangerBy(heard: Uint8Array): string | undefined {
  if (heard[0] === TLS_ALERT && heard[1] === TLS_MAJOR) return "a server that wants TLS";
  const text = Buffer.from(heard.subarray(0, 512)).toString("latin1");
  return BEGINNINGS.find(([beginning]) => beginning.test(text))?.[1];
}

/**
 * What listens where something else was expected: from what it has said already, else from what it says to a web browser
 * and to a TLS client. Silent and closing servers stay what they are.
 */
export async function nameStranger(
  { host, port, proxyProtocol }: Target,
  talk: Talk,
  now: () => number,
  stop: AbortSignal,
): Promise<Greeting> {
  const named = strangerBy(talk.heard);
  const other = (what: string, speaksTls: boolean): Greeting => ({ kind: "other", what, speaksTls });
  const common = { connectMs: PATIENCE_MS, patienceMs: PATIENCE_MS, now, listen: (heard: Buffer) => heard.length > 0 };
  if (named === undefined || named.includes("TLS")) {
    const tls = { ca: undefined, serverName: undefined, insecure: true, identity: undefined };
    const secured = await converse({ ...common, endpoint: { host, port, tls, proxyProtocol }, first: HTTP }, stop);
    if (secured.connectedMs !== undefined) {
      return other(strangerBy(secured.heard)?.replace("(HTTP)", "(HTTPS)") ?? "a server that speaks TLS", true);
    }
  }
  if (named !== undefined) return other(named, false);
  const browsed = await converse(
    { ...common, endpoint: { host, port, tls: undefined, proxyProtocol }, first: HTTP },
    stop,
  );
  const byBrowser = strangerBy(browsed.heard);
  if (byBrowser !== undefined) return other(byBrowser, false);
  if (talk.heard.length > 0) return other(`a server that begins with ${shown(talk.heard)}`, false);
  return { kind: talk.end === "silent" ? "silent" : "closes", ms: Math.round(talk.connectedMs ?? 0) };
}

function shown(heard: Buffer): string {
  const text = heard.subarray(0, 24).toString("latin1");
  return /^[\x20-\x7e\r\n]+$/.test(text)
    ? JSON.stringify(text.trim())
    : `the bytes ${heard.subarray(0, 8).toString("hex")}`;
}
