import { generate } from "mqtt-packet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha3 } from "../../../src/simulator/core/credentials.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { type Event, connectPacket, openClient, openProvision, publishPacket, request } from "./client.ts";

const KEYS = { provisionDeviceKey: "k", provisionDeviceSecret: "s" };

/** How a list of events reads in the tables: commands with their codes. */
function brief(events: readonly Event[]): string {
  return events
    .map((event) => {
      if (event.cmd === "puback") return `PUBACK${event.reasonCode === undefined ? "" : ` ${hex(event.reasonCode)}`}`;
      if (event.cmd === "disconnect") return `DISCONNECT ${hex(event.reasonCode ?? 0)}`;
      if (event.cmd !== "publish") return event.cmd;
      const text = event.payload.toString();
      return text.startsWith("{") ? (JSON.parse(text) as { status: string }).status : hexOf(event.payload);
    })
    .join(", ");
}

const hex = (code: number): string => `0x${code.toString(16).padStart(2, "0")}`;
const hexOf = (payload: string | Buffer): string => Buffer.from(payload).toString("hex");

const CHAIN = "the chain strategy addressed by key";

/** Rows of the bad-request matrix: input, then what MQTT 3.1.1 and 5 see on 4.2.1. */
const ADAPTOR = { v3: "closed", v5: "PUBACK 0x99" };
const RUNTIME = { v3: "PUBACK, closed", v5: "PUBACK 0x83, DISCONNECT 0x83, closed" };
const MATRIX: readonly { name: string; payload: string | object; v3: string; v5: string }[] = [
  { name: "malformed JSON", payload: "{nope", ...ADAPTOR },
  { name: "trailing garbage", payload: `${JSON.stringify(KEYS)} x`, ...ADAPTOR },
  { name: "an array", payload: "[]", ...ADAPTOR },
  { name: "a string", payload: '"x"', ...ADAPTOR },
  { name: "a number", payload: "1", ...ADAPTOR },
  { name: "no key", payload: { provisionDeviceSecret: "s" }, ...RUNTIME },
  { name: "no secret", payload: { provisionDeviceKey: "k" }, ...RUNTIME },
  { name: "a null key", payload: { ...KEYS, provisionDeviceKey: null }, ...RUNTIME },
  { name: "an object for a name", payload: { ...KEYS, deviceName: {} }, ...RUNTIME },
  { name: "an array of two for a name", payload: { ...KEYS, deviceName: ["a", "b"] }, ...ADAPTOR },
  { name: "an unknown credentialsType", payload: { ...KEYS, credentialsType: "NOPE" }, ...RUNTIME },
  { name: "an empty payload", payload: "", v3: "PUBACK, 0802", v5: "PUBACK 0x00, 0802" },
  {
    name: "an empty key",
    payload: { ...KEYS, provisionDeviceKey: "" },
    v3: "PUBACK, NOT_FOUND",
    v5: "PUBACK 0x00, NOT_FOUND",
  },
  {
    name: "a wrong secret",
    payload: { ...KEYS, provisionDeviceSecret: "x" },
    v3: "PUBACK, NOT_FOUND",
    v5: "PUBACK 0x00, NOT_FOUND",
  },
  { name: "a blank name", payload: { ...KEYS, deviceName: " " }, v3: "PUBACK, FAILURE", v5: "PUBACK 0x00, FAILURE" },
  {
    name: "a name with markup",
    payload: { ...KEYS, deviceName: "<b>" },
    v3: "PUBACK, FAILURE",
    v5: "PUBACK 0x00, FAILURE",
  },
  { name: CHAIN, payload: { ...KEYS, provisionDeviceKey: sha3("ca") }, ...RUNTIME },
];

describe("bad-request matrix", () => {
  const simulators = new Map<string, Simulator>();
  const portOf = (version: string): number => simulators.get(version)?.port ?? 0;

  beforeAll(async () => {
    for (const version of ["3.6", "3.7", "4.2.1"]) {
      const simulator = await startSimulator({
        version,
        profiles: [
          { name: "p", key: "k", secret: "s", strategy: "allow-create" },
          { name: "chain", key: "", secret: "ca", strategy: "x509-chain" },
        ],
        service: { requestTimeoutMs: 30 },
      });
      simulators.set(version, simulator);
    }
  });
  afterAll(async () => {
    for (const simulator of simulators.values()) await simulator.close();
  });

  describe.each(MATRIX)("$name", ({ name, payload, v3, v5 }) => {
    // The chain strategy fails in the core, by a time-out, not in the parser.
    const parseError = (v3 === ADAPTOR.v3 || v3 === RUNTIME.v3) && name !== CHAIN;

    it.each(["3.7", "4.2.1"])("on %s", async (version) => {
      expect(brief(await request(portOf(version), 4, payload))).toBe(v3);
      expect(brief(await request(portOf(version), 5, payload))).toBe(v5);
    });

    it("on 3.6", async () => {
      expect(brief(await request(portOf("3.6"), 4, payload))).toBe(parseError ? "closed" : v3);
      const silent = v5.replace(", DISCONNECT 0x83", "");
      expect(brief(await request(portOf("3.6"), 5, payload))).toBe(parseError ? "closed" : silent);
    });
  });

  it("closes on a bad payload with QoS 0, MQTT 5 with the reason", async () => {
    expect(brief(await request(portOf("4.2.1"), 4, "{nope", 0))).toBe("closed");
    expect(brief(await request(portOf("4.2.1"), 5, "{nope", 0))).toBe("DISCONNECT 0x99, closed");
  });

  it("answers QoS 2 with PUBACK, never PUBREC", async () => {
    expect(brief(await request(portOf("4.2.1"), 4, KEYS, 2))).toBe("PUBACK, SUCCESS");
  });

  it("takes Gson's lenient JSON", async () => {
    const lenient = "{provisionDeviceKey: 'k'; provisionDeviceSecret = s, /* no name */ gateway: true} // end";
    expect(brief(await request(portOf("4.2.1"), 4, lenient))).toBe("PUBACK, SUCCESS");
  });

  it("goes on answering in protobuf after the first request in protobuf", async () => {
    const client = await openProvision(portOf("4.2.1"), 4);
    client.send(publishPacket("/provision/request", ""), publishPacket("/provision/request", JSON.stringify(KEYS)));
    const events = [await client.next(), await client.next(), await client.next(), await client.next()];
    expect(brief(events)).toMatch(/^PUBACK, 0802, PUBACK, 08011a14[\da-f]{40}$/);
    client.end();
  });

  it.each([
    ["an unknown protocol", [0x10, 12, 0, 4, 77, 81, 84, 88, 4, 2, 0, 0, 0, 0]],
    ["an unknown level", [0x10, 12, 0, 4, 77, 81, 84, 84, 9, 2, 0, 0, 0, 0]],
    ["MQTT at level 3", [0x10, 13, 0, 4, 77, 81, 84, 84, 3, 2, 0, 0, 0, 1, 97]],
    ["the reserved flag", [0x10, 12, 0, 4, 77, 81, 84, 84, 4, 3, 0, 0, 0, 0]],
    ["a length without end", [0x10, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ["an empty MQTT 3.1 clientId", [0x10, 14, 0, 6, 77, 81, 73, 115, 100, 112, 3, 2, 0, 0, 0, 0]],
  ])("closes without CONNACK on %s", async (_name, bytes) => {
    const client = openClient(portOf("4.2.1"), 4);
    client.socket.write(Buffer.from(bytes));
    expect(brief(await client.rest())).toBe("closed");
  });

  it("closes on a packet over the limit as soon as its header says so", async () => {
    const client = await openProvision(portOf("4.2.1"), 5);
    // Remaining length 65,537, and not one byte of it.
    client.socket.write(Buffer.from([0x30, 0x81, 0x80, 0x04]));
    expect(brief(await client.rest())).toBe("DISCONNECT 0x81, closed");
  });

  it("queues 100 packets before CONNECT, and closes on one more", async () => {
    const client = openClient(portOf("4.2.1"), 4);
    for (let i = 0; i < 101; i += 1) client.send({ cmd: "pingreq" });
    expect(brief(await client.rest())).toBe("closed");
  });

  it("reads a packet that comes byte by byte", async () => {
    const client = openClient(portOf("4.2.1"), 4);
    const packets = [
      connectPacket(4, { username: "provision" }),
      publishPacket("/provision/request", JSON.stringify(KEYS)),
    ];
    for (const byte of Buffer.concat(packets.map((packet) => generate(packet))))
      client.socket.write(Buffer.from([byte]));
    expect(brief([await client.next(), await client.next(), await client.next()])).toBe("connack, PUBACK, SUCCESS");
    client.end();
  });
});
