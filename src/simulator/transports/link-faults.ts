import type { Fault } from "../core/faults.ts";
import type { Link } from "./link.ts";

/** As MQTT a packet type that does not exist, with a length that does not end; no HTTP and no CoAP either. */
export const GARBAGE = Buffer.from([0x0f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x7f]);

/** What a breaking fault does to a connection, or to a request where there is none. */
export interface Breakable {
  /** In an orderly way. */
  close(): void;
  reset(): void;
  /** Bytes that are not the protocol. */
  garbage(): void;
  /** Half-open: it stays, and nothing goes either way any more. */
  freeze(): void;
  /** What has just come is lost. */
  forget(): void;
}

/** Faults that end or spoil a connection, at whatever point they strike. False: `fault` is none of them. */
export function breakOff(on: Breakable, fault: Fault): boolean {
  if (fault.kind === "reset") on.reset();
  else if (fault.kind === "close") on.close();
  else if (fault.kind === "half-open") on.freeze();
  else if (fault.kind === "garbage") on.garbage();
  else if (fault.kind === "drop") on.forget();
  else return false;
  return true;
}

export function breakableLink(link: Link): Breakable {
  return {
    close: () => link.drop(),
    reset: () => link.reset(),
    garbage: () => link.write(GARBAGE),
    freeze: () => link.freeze(),
    forget: () => undefined,
  };
}

export function breakLink(link: Link, fault: Fault): boolean {
  return breakOff(breakableLink(link), fault);
}
