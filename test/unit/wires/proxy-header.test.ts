import { describe, expect, it } from "vitest";
import { headerLength } from "../../../src/simulator/transports/proxied-listener.ts";
import { proxyHeader } from "../../../src/wires/socket/proxy-header.ts";

const end = (address: string | undefined, port: number | undefined) => ({ address, port });
const SIGNATURE = "0d0a0d0a000d0a515549540a";

describe("the header of a proxied connection", () => {
  it.each([
    ["192.0.2.1", "198.51.100.7", "PROXY TCP4 192.0.2.1 198.51.100.7 56324 1883\r\n"],
    ["::ffff:192.0.2.1", "::ffff:198.51.100.7", "PROXY TCP4 192.0.2.1 198.51.100.7 56324 1883\r\n"],
    ["2001:db8::1", "::1", "PROXY TCP6 2001:db8::1 ::1 56324 1883\r\n"],
    ["fe80::1%eth0", "fe80::2%eth0", "PROXY TCP6 fe80::1 fe80::2 56324 1883\r\n"],
  ])("as text: from %s to %s", (from, to, text) => {
    const header = proxyHeader("v1", end(from, 56_324), end(to, 1_883));
    expect(header.toString("latin1")).toBe(text);
    expect(headerLength(header)).toBe(header.length);
  });

  it.each([
    ["192.0.2.1", "198.51.100.7", `2111000cc0000201c6336407dc04075b`],
    ["2001:db8::1", "::1", `2121002420010db8000000000000000000000001${"1".padStart(32, "0")}dc04075b`],
    ["fe80::1%eth0", "::", `21210024fe800000000000000000000000000001${"0".repeat(32)}dc04075b`],
    [
      "1:2:3:4:5:6:7:8",
      "::ffff:1.2.3.4",
      `212100240001000200030004000500060007000800000000000000000000ffff01020304dc04075b`,
    ],
    ["64:ff9b::192.0.2.33", "::1", `212100240064ff9b0000000000000000c0000221${"1".padStart(32, "0")}dc04075b`],
  ])("as bytes: from %s to %s", (from, to, hex) => {
    const header = proxyHeader("v2", end(from, 56_324), end(to, 1_883));
    expect(header.toString("hex")).toBe(SIGNATURE + hex);
    expect(headerLength(header)).toBe(header.length);
    expect(headerLength(Buffer.concat([header, Buffer.from("more")]))).toBe(header.length);
  });

  it("is one also of a connection that is over already, whose ends nobody knows", () => {
    expect(proxyHeader("v1", end(undefined, undefined), end(undefined, undefined)).toString()).toBe(
      "PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n",
    );
  });
});

describe("what the simulator takes for one", () => {
  it.each(["v1", "v2"] as const)("%s, however it is cut", (version) => {
    const header = proxyHeader(version, end("192.0.2.1", 1), end("192.0.2.2", 2));
    for (let length = 0; length < header.length; length += 1) {
      expect(headerLength(header.subarray(0, length))).toBe("more");
    }
  });

  it.each([
    ["a CONNECT", Buffer.from([0x10, 0x0c, 0, 4])],
    ["a handshake", Buffer.from([0x16, 3, 1, 2])],
    ["a line that is too long", Buffer.from(`PROXY ${"x".repeat(200)}`)],
    ["another family", Buffer.from("PROXY UDP4 1.1.1.1 1.1.1.1 1 1\r\n")],
    ["addresses that are none", Buffer.from("PROXY TCP4 a b 1 1\r\n")],
    ["another command", Buffer.from(`${SIGNATURE}2211000c${"00".repeat(12)}`, "hex")],
    ["too few bytes for its family", Buffer.from(`${SIGNATURE}2111000400000000`, "hex")],
  ])("not %s", (_, bytes) => {
    expect(headerLength(bytes)).toBe("none");
  });
});
