import { isIPv6 } from "node:net";
import type { ProxyVersion } from "../../model/plan.ts";

/** One end of a connection, as the system names it. */
export interface ConnectionEnd {
  readonly address: string | undefined;
  readonly port: number | undefined;
}

/** HAProxy's proxy-protocol.txt, section 2.2: what no other protocol begins with. */
const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
/** Version 2, command PROXY: the connection is made for somebody. */
const PROXY = 0x21;
const TCP4 = 0x11;
const TCP6 = 0x21;

/**
 * What a proxy says before anything else of a connection that it makes for `from`: in our case the connection's own ends, so
 * that a server behind it sees the address that the load comes from.
 */
export function proxyHeader(version: ProxyVersion, from: ConnectionEnd, to: ConnectionEnd): Buffer {
  const [source, destination] = [plainAddress(from.address), plainAddress(to.address)];
  const six = isIPv6(source) || isIPv6(destination);
  const [sourcePort, destinationPort] = [from.port ?? 0, to.port ?? 0];
  if (version === "v1") {
    return Buffer.from(
      `PROXY TCP${six ? 6 : 4} ${source} ${destination} ${sourcePort} ${destinationPort}\r\n`,
      "latin1",
    );
  }
  const addresses = Buffer.concat([addressBytes(source, six), addressBytes(destination, six)]);
  const head = Buffer.from([PROXY, six ? TCP6 : TCP4, 0, addresses.length + 4]);
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(sourcePort, 0);
  ports.writeUInt16BE(destinationPort, 2);
  return Buffer.concat([SIGNATURE, head, addresses, ports]);
}

/** Without a zone, which means something on one machine only; IPv4 within IPv6 as IPv4. */
function plainAddress(address = "0.0.0.0"): string {
  return address.replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.)/i, "");
}

/** In network order. */
function addressBytes(address: string, six: boolean): Buffer {
  const parts = address.split(".");
  if (parts.length === 4 && !address.includes(":")) {
    const four = Buffer.from(parts.map(Number));
    return six ? Buffer.concat([Buffer.from("00000000000000000000ffff", "hex"), four]) : four;
  }
  const [before = "", after] = address.split("::");
  const groups = (text: string): readonly string[] => (text === "" ? [] : text.split(":").flatMap(asGroups));
  const [head, tail] = [groups(before), groups(after ?? "")];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return Buffer.from([...head, ...zeros, ...tail].map((group) => group.padStart(4, "0")).join(""), "hex");
}

/** The last part may be in the form of IPv4 (RFC 4291, 2.2). */
function asGroups(part: string): readonly string[] {
  if (!part.includes(".")) return [part];
  const bytes = Buffer.from(part.split(".").map(Number)).toString("hex");
  return [bytes.slice(0, 4), bytes.slice(4)];
}
