import type { CredentialsType } from "../model/device.ts";
import type { Verdict } from "../model/outcome.ts";
import { WireError } from "../model/ports.ts";
import type { Secret } from "../model/secret.ts";

/** Where a device is known by its access token alone: why others have no login there. */
export function noTokenLogin(type: Exclude<CredentialsType, "ACCESS_TOKEN">, transport: "HTTP" | "CoAP"): Verdict {
  const name = type === "LWM2M_CREDENTIALS" ? "LwM2M" : type === "X509_CERTIFICATE" ? "X.509" : type;
  const detail = `${name} credentials have no login over ${transport}: only access tokens have`;
  return { state: "unreachable", kind: "protocol-error", detail };
}

/** Uri-Path (RFC 7252, 5.10), in bytes. */
const COAP_LONGEST = 255;

/** Both have the token in the path of a URL. Undefined: it can be sent; else the verdict on a login that cannot be tried. */
export function unsendable(token: Secret, transport: "HTTP" | "CoAP"): Verdict | undefined {
  const text = token.reveal();
  const bytes = Buffer.byteLength(text);
  const detail = !text.isWellFormed()
    ? "the issued token has half a character (a lone surrogate), which no URL can carry"
    : transport === "CoAP" && bytes > COAP_LONGEST
      ? `the issued token has ${bytes} bytes: CoAP's Uri-Path can carry ${COAP_LONGEST}`
      : undefined;
  return detail === undefined ? undefined : { state: "unreachable", kind: "protocol-error", detail };
}

/** The verdict on a login that failed on the wire; other errors are bugs and thrown again. */
export function unreachableBy(error: unknown): Verdict {
  if (!(error instanceof WireError)) throw error;
  const kind = error.kind === "aborted" ? "connection-reset" : error.kind;
  return { state: "unreachable", kind, detail: error.detail };
}
