import { reasonOf } from "../../model/error.ts";
import type { FailureKind } from "../../model/outcome.ts";
import { WireError } from "../../model/ports.ts";
import { toWireError } from "../socket/failures.ts";

/** The one place where errors of the HTTP client become kinds of failure; those of sockets and TLS are the same as everywhere. */
const KIND_OF_CODE: Readonly<Record<string, FailureKind>> = {
  UND_ERR_CONNECT_TIMEOUT: "connect-timeout",
  // Only ever "other side closed": a reset has the socket's own code.
  UND_ERR_SOCKET: "closed-before-answer",
  UND_ERR_HEADERS_OVERFLOW: "protocol-error",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "protocol-error",
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "protocol-error",
};

export function toHttpWireError(error: unknown): WireError {
  if (error instanceof WireError) return error;
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  const kind = KIND_OF_CODE[code];
  return kind === undefined ? toWireError(error) : new WireError(kind, reasonOf(error), error);
}
