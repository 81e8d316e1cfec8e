import { generate, type ParsedPacket, parse } from "coap-packet";
import { reasonOf } from "../../model/error.ts";
import { WireError } from "../../model/ports.ts";

export interface CoapRequest {
  /** Default: POST. */
  readonly method?: "GET";
  /** Parts of the query, `key=value` each. */
  readonly query?: readonly string[];
  readonly path: readonly string[];
  /** JSON or protobuf. */
  readonly payload: string | Uint8Array;
}

/** A request that is too long for one datagram would have to go in blocks, which no device here does (RFC 7252, 4.6). */
export function requestBytes(request: CoapRequest, messageId: number, token: Buffer): Uint8Array | WireError {
  try {
    return encode(request, messageId, token);
  } catch (error) {
    return new WireError("protocol-error", `the request cannot be sent over CoAP: ${reasonOf(error)}`);
  }
}

function encode({ method, path, query = [], payload }: CoapRequest, messageId: number, token: Buffer): Uint8Array {
  return generate({
    confirmable: true,
    code: method ?? "POST",
    messageId,
    token,
    options: [
      ...path.map((part) => ({ name: "Uri-Path", value: Buffer.from(part) }) as const),
      ...query.map((part) => ({ name: "Uri-Query", value: Buffer.from(part) }) as const),
      // A request that has nothing in it has no format.
      ...(method === undefined ? [{ name: "Content-Format", value: JSON_FORMAT } as const] : []),
    ],
    payload: Buffer.from(payload),
  });
}

/** application/json (RFC 7252, 12.3). */
const JSON_FORMAT = Buffer.of(50);

/** Undefined: no CoAP message. */
export function readMessage(datagram: Buffer): ParsedPacket | undefined {
  try {
    return parse(datagram);
  } catch {
    return undefined;
  }
}
