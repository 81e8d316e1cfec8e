import { WireError } from "../model/ports.ts";

/**
 * The most that one answer may have, over every transport: ThingsBoard's are a few hundred bytes, and it takes no more than
 * 64 KiB itself. A server that sends more is not waited for and not kept in memory. (A datagram of CoAP has less by itself.)
 */
export const MAX_ANSWER_BYTES = 2 * 1_048_576;

export function tooLong(bytes?: number): WireError {
  const length = bytes === undefined ? "an answer" : `an answer of ${bytes} bytes`;
  return new WireError("protocol-error", `${length}: more than ${MAX_ANSWER_BYTES} bytes are not read`);
}
