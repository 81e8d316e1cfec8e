import type { FailureKind } from "../model/outcome.ts";

/** Every kind of failure, for a reader who does not know the protocol. */
export const FAILURE_MEANINGS: Readonly<Record<FailureKind, string>> = {
  "connection-refused": "nobody listens on that port",
  "host-unreachable": "no way to that host",
  "name-not-resolved": "the host's name has no address",
  "connect-timeout": "no connection within the time-out",
  "tls-failed": "the TLS handshake failed, or a certificate is not trusted",
  "connection-reset": "the target broke the connection off",
  "closed-before-accept": "the target closed the connection before it accepted the session",
  "accept-timeout": "connected, but the session was not accepted within the time-out",
  "session-refused": "the target refused the session for provisioning",
  "closed-before-answer": "the target closed the connection instead of answering",
  "acknowledged-not-answered": "the target confirmed the request's receipt, then closed without an answer",
  "server-error": "the target said that it had an error or no answer in time",
  "request-refused": "the target refused the request, or did not understand it",
  "rate-limited": "refused by a rate limit; nothing was created",
  "answer-timeout": "no answer within the time-out",
  "protocol-error": "the target sent bytes that are not of the protocol",
  "unreadable-answer": "an answer that makes no sense",
  "local-limit": "this machine ran out of something (open files, ports, memory): the target is not to blame",
  "internal-error": "a bug of rollcall itself, met by these devices alone: please report it",
};
