import { WireError } from "../model/ports.ts";

/** The innermost place in rollcall itself: "thingsboard/messages.ts:40". */
const OWN_FRAME = /[\\/](?:src|dist)[\\/]([^\s:()]+:\d+)/;

/**
 * What a device's flow threw that is no trouble of the wire: a bug, and nevertheless the outcome of one device alone, as
 * what one server answers to one device must not end thousands of others. Its message is left out: it may quote what the
 * server sent, secrets among it.
 */
export function asWireError(error: unknown): WireError {
  if (error instanceof WireError) return error;
  const { name, stack = "" } = error instanceof Error ? error : new Error("thrown");
  const place = OWN_FRAME.exec(stack)?.[1];
  return new WireError("internal-error", place === undefined ? name : `${name} in ${place}`, error);
}
