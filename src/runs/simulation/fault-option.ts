import { RollcallError } from "../../model/error.ts";
import type { Fault, FaultKind } from "../../simulator/core/faults.ts";

/** A record, so that a kind which is added and not listed does not compile. */
const KINDS: Readonly<Record<FaultKind, true>> = {
  "slow-accept": true,
  "half-open": true,
  drop: true,
  delay: true,
  duplicate: true,
  reset: true,
  close: true,
  garbage: true,
  ghost: true,
  late: true,
  "false-failure": true,
  "queue-full": true,
  "acknowledge-only": true,
  "other-topic": true,
  fragment: true,
  "other-credentials": true,
  "same-credentials": true,
  "admits-anyone": true,
  "refuses-good": true,
  mute: true,
  unstored: true,
  "too-many-requests": true,
  "expired-token": true,
  "slow-page": true,
};

export const FAULT_KINDS = Object.keys(KINDS) as readonly FaultKind[];

/** `kind[:share[:milliseconds]]`. Throws RollcallError "fault". */
export function parseFault(text: string): Fault {
  const [kind = "", share = "1", ms, ...rest] = text.split(":");
  const rate = Number(share);
  const milliseconds = ms === undefined ? undefined : Number(ms);
  const known = FAULT_KINDS.find((name) => name === kind);
  const fits = rate >= 0 && rate <= 1 && !Number.isNaN(milliseconds) && rest.length === 0;
  if (known === undefined || !fits) {
    throw new RollcallError(
      "fault",
      `The fault ${text} is not kind[:share[:milliseconds]]${known === undefined ? `: there is no kind ${kind}` : ""}.`,
      `Share is from 0 to 1: ghost:0.05, delay:1:500. The kinds: ${FAULT_KINDS.join(", ")}.`,
    );
  }
  return milliseconds === undefined ? { kind: known, rate } : { kind: known, rate, ms: milliseconds };
}
