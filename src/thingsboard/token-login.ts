import type { CredentialsType } from "../model/device.ts";
import type { Verdict } from "../model/outcome.ts";
import { WireError } from "../model/ports.ts";

/** Where a device is known by its access token alone: why others have no login there. */
export function noTokenLogin(type: Exclude<CredentialsType, "ACCESS_TOKEN">, transport: "HTTP" | "CoAP"): Verdict {
  const name = type === "LWM2M_CREDENTIALS" ? "LwM2M" : type === "X509_CERTIFICATE" ? "X.509" : type;
  const detail = `${name} credentials have no login over ${transport}: only access tokens have`;
  return { state: "unreachable", kind: "protocol-error", detail };
}

/** The verdict on a login that failed on the wire; other errors are bugs and thrown again. */
export function unreachableBy(error: unknown): Verdict {
  if (!(error instanceof WireError)) throw error;
  const kind = error.kind === "aborted" ? "connection-reset" : error.kind;
  return { state: "unreachable", kind, detail: error.detail };
}
