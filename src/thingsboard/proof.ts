import type { FailureKind, Verdict } from "../model/outcome.ts";
import type { LoginMark } from "../model/ports.ts";

/** What an admitted device does to show that it can speak; undefined: its admission is all that is asked. */
export type Proof = { readonly kind: "telemetry"; readonly value: string } | { readonly kind: "attributes" };

/** The key under which an administrator finds what a device published; the value names the run. */
export const PROOF_KEY = "rollcall";

export const TELEMETRY_TOPIC = "v1/devices/me/telemetry";
/** A device's own number of its request stands at the end of both (contract, section 4). */
export const ATTRIBUTES_REQUEST = "v1/devices/me/attributes/request/1";
export const ATTRIBUTES_RESPONSE = "v1/devices/me/attributes/response/1";
export const ATTRIBUTES_RESPONSES = "v1/devices/me/attributes/response/+";

/** Keys that no device has are answered too, by an empty object. */
export const ATTRIBUTES_QUESTION = JSON.stringify({ clientKeys: PROOF_KEY, sharedKeys: PROOF_KEY });

export function telemetryOf({ value }: Extract<Proof, { kind: "telemetry" }>): string {
  return JSON.stringify({ [PROOF_KEY]: value });
}

export function proved(mark: LoginMark): Verdict {
  mark("proved");
  return { state: "connected" };
}

export function mute(kind: FailureKind, detail: string): Verdict {
  return { state: "mute", kind, detail };
}

/** A request of a device that was admitted, and its answer is no: whatever that says of a credential, this one was taken. */
export function muteBy(verdict: Verdict): Verdict {
  switch (verdict.state) {
    case "refused":
      return mute("request-refused", verdict.reason);
    case "unreachable":
      return mute(verdict.kind, verdict.detail);
    case "connected":
    case "mute":
      return verdict;
  }
}
