import type { Misbehaviour } from "../model/device.ts";
import type { RequestFields } from "./request-fields.ts";

/** Requests of devices that misbehave on purpose. Whom they repeat is the fleet's business; sockets have a file of their own. */

/** Only blanks: a name, but not one that ThingsBoard takes (an empty one it replaces by one of its own). */
const BLANK_NAME = "   ";

export function spoilFields(fields: RequestFields, misbehaviour: Misbehaviour | undefined): RequestFields {
  switch (misbehaviour) {
    case "wrong-key":
      return { ...fields, provisionDeviceKey: `${fields.provisionDeviceKey}-wrong` };
    case "wrong-secret":
      return { ...fields, provisionDeviceSecret: `${fields.provisionDeviceSecret}-wrong` };
    case "missing-key":
      return { ...fields, provisionDeviceKey: undefined };
    case "missing-secret":
      return { ...fields, provisionDeviceSecret: undefined };
    case "blank-name":
      return { ...fields, deviceName: BLANK_NAME };
    case "malformed-json":
    case "repeated-name":
    case "repeated-credentials":
    case "slow-socket":
    case "half-open-socket":
    case undefined:
      return fields;
  }
}

/** The first half of it, where that is how a device misbehaves. */
export function spoilPayload<Payload extends string | Uint8Array>(
  payload: Payload,
  misbehaviour: Misbehaviour | undefined,
): Payload {
  if (misbehaviour !== "malformed-json") return payload;
  return payload.slice(0, Math.floor(payload.length / 2)) as Payload;
}
