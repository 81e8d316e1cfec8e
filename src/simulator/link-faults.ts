import type { Fault } from "./faults.ts";
import type { Link } from "./link.ts";

/** As MQTT a packet type that does not exist, with a length that does not end; no HTTP and no CoAP either. */
export const GARBAGE = Buffer.from([0x0f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x7f]);

/** Faults that end or spoil a connection, at whatever point they strike. False: `fault` is none of them. */
export function breakLink(link: Link, fault: Fault): boolean {
  if (fault.kind === "reset") link.reset();
  else if (fault.kind === "close") link.drop();
  else if (fault.kind === "half-open") link.freeze();
  else if (fault.kind === "garbage") link.write(GARBAGE);
  else return fault.kind === "drop";
  return true;
}
