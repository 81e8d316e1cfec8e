import { reasonOf } from "../../model/error.ts";
import type { FailureKind } from "../../model/outcome.ts";
import { WireError } from "../../model/ports.ts";
import { boundedText } from "../server-text.ts";

/** The one place where errors of sockets, TLS and the MQTT codec become kinds of failure. */
const KIND_OF_CODE: Readonly<Record<string, FailureKind>> = {
  ECONNREFUSED: "connection-refused",
  ECONNRESET: "connection-reset",
  EPIPE: "connection-reset",
  ECONNABORTED: "connection-reset",
  EHOSTUNREACH: "host-unreachable",
  EHOSTDOWN: "host-unreachable",
  ENETUNREACH: "host-unreachable",
  ENETDOWN: "host-unreachable",
  ETIMEDOUT: "host-unreachable",
  ENOTFOUND: "name-not-resolved",
  EAI_AGAIN: "name-not-resolved",
  EAI_NONAME: "name-not-resolved",
  EMFILE: "local-limit",
  ENFILE: "local-limit",
  EADDRNOTAVAIL: "local-limit",
  EADDRINUSE: "local-limit",
  ENOBUFS: "local-limit",
  ENOMEM: "local-limit",
  EACCES: "local-limit",
  EPERM: "local-limit",
};

/** Where the message says more than the code: a handshake cut short has the code of any reset. */
const KIND_OF_MESSAGE: Readonly<Record<string, FailureKind>> = {
  "Client network socket disconnected before secure TLS connection was established": "tls-failed",
  "Keepalive timeout": "answer-timeout",
};

/** OpenSSL's codes and those of Node's certificate checks, which share no prefix. */
const TLS_CODE =
  /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|EPROTO|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_CERT_|HOSTNAME_MISMATCH|INVALID_)/;

/** An error of a socket or of the codec, whichever it is. `detail` is short and holds no payload. */
export function toWireError(error: unknown): WireError {
  if (error instanceof WireError) return error;
  const code = codeOf(error);
  const message = reasonOf(error);
  const kind =
    KIND_OF_MESSAGE[message] ?? KIND_OF_CODE[code] ?? (TLS_CODE.test(code) ? "tls-failed" : "protocol-error");
  return new WireError(kind, boundedText(kind === "tls-failed" ? tlsReason(message) : message || code), error);
}

/**
 * OpenSSL's "405DC46C747F0000:error:0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure:../deps/…:918:SSL
 * alert number 40": the thread and the place in its source differ from process to process, so that one failure would be many.
 */
const OPENSSL = /[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:(?<reason>[^:]+):[^:]*:\d+:(?:SSL alert number (?<alert>\d+))?/;

/** The other side showed a certificate that is not taken: unknown authority, another name, or out of its time. */
export function isDistrust(code: string): boolean {
  return DISTRUST.test(code);
}

const DISTRUST =
  /^(?:CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)|INVALID_CA|HOSTNAME_MISMATCH)/;

/** What Node adds for those who start it themselves. */
const NODE_ADVICE = /; if the root CA is installed locally.*$/;

/** Without the place in OpenSSL's source, and without advice for programmers. */
export function tlsReason(message: string): string {
  const { reason, alert } = OPENSSL.exec(message)?.groups ?? {};
  if (reason === undefined) return message.replace(NODE_ADVICE, "");
  return alert === undefined ? reason : `${reason} (alert ${alert} of the server)`;
}

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}
