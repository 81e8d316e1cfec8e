import type { Misbehaviour } from "../model/device.ts";
import type { FailureKind, Result } from "../model/outcome.ts";

/** The server closes or refuses what it cannot make sense of; which of these it is depends on version and transport. */
const CLOSED: readonly FailureKind[] = [
  "closed-before-answer",
  "acknowledged-not-answered",
  "server-error",
  "request-refused",
];
/** A client that dawdles is cut off or runs into its own deadline. */
const CUT_OFF: readonly FailureKind[] = [
  "connect-timeout",
  "accept-timeout",
  "answer-timeout",
  "connection-reset",
  "closed-before-accept",
  ...CLOSED,
];

/** Whether this is the refusal that ThingsBoard owes a device which misbehaves on purpose. */
export function isOwed(misbehaviour: Misbehaviour, result: Result): boolean {
  const rejectedWith = (status: string): boolean => result.state === "rejected" && result.status === status;
  const failedWith = (kinds: readonly FailureKind[]): boolean =>
    result.state === "failed" && kinds.includes(result.kind);
  switch (misbehaviour) {
    case "wrong-key":
    case "wrong-secret":
      return rejectedWith("NOT_FOUND");
    case "missing-key":
    case "missing-secret":
      // In protobuf a missing field is an empty one, which is an unknown key.
      return rejectedWith("NOT_FOUND") || failedWith(CLOSED);
    case "malformed-json":
      return failedWith(CLOSED);
    case "blank-name":
    case "repeated-name":
    case "repeated-credentials":
      return rejectedWith("FAILURE");
    case "slow-socket":
    case "half-open-socket":
      return failedWith(CUT_OFF);
  }
}
