import { reasonOf } from "../../model/error.ts";
import type { FailureKind } from "../../model/outcome.ts";
import { WireError } from "../../model/ports.ts";
import { tooLong } from "../answer-limit.ts";
import { boundedText } from "../server-text.ts";
import { toWireError } from "../socket/failures.ts";

/** The one place where errors of the HTTP client become kinds of failure; those of sockets and TLS are the same as everywhere. */
const KIND_OF_CODE: Readonly<Record<string, FailureKind>> = {
  UND_ERR_CONNECT_TIMEOUT: "connect-timeout",
  // Only ever "other side closed": a reset has the socket's own code.
  UND_ERR_SOCKET: "closed-before-answer",
  UND_ERR_HEADERS_OVERFLOW: "protocol-error",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "protocol-error",
};

export function toHttpWireError(error: unknown): WireError {
  if (error instanceof WireError) return error;
  if (isCoded(error) && error.code === TOO_LONG) return tooLong();
  const kind = isCoded(error) ? KIND_OF_CODE[String(error.code)] : undefined;
  return kind === undefined ? toWireError(error) : new WireError(kind, boundedText(reasonOf(error)), error);
}

const TOO_LONG = "UND_ERR_RES_EXCEEDED_MAX_SIZE";

function isCoded(error: unknown): error is { readonly code: unknown } {
  return typeof error === "object" && error !== null && "code" in error;
}
