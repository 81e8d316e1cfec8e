import type { Device } from "../model/device.ts";
import type { Reply } from "../model/ports.ts";
import { type ProfileAccess, readReply, requestJson } from "./messages.ts";

/** How requests and answers are written; ThingsBoard answers in the way it was asked. */
export interface PayloadCodec {
  request(device: Device, access: ProfileAccess): string | Uint8Array;
  /** Throws WireError "unreadable-answer". */
  reply(payload: Uint8Array, device: Device): Reply;
}

export const jsonPayload: PayloadCodec = {
  request: requestJson,
  reply: (payload, device) => readReply(Buffer.from(payload).toString("utf8"), device),
};
