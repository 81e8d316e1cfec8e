import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Milliseconds between a device's request and its answer, as the kernel saw both packets pass; by the device's name. */
export type WireTimes = ReadonlyMap<string, number>;

export interface Capture extends AsyncDisposable {
  /** Stops, and reads what was captured. Rejects if the kernel dropped packets. */
  finish(): Promise<WireTimes>;
}

/** Headers, and of a request as much as its topic and the device's name need. */
const SNAP_BYTES = 400;
const BUFFER_KIB = 65_536;

/**
 * tcpdump on the loopback interface, from now on, all packets of one server's port. Undefined where it is not installed or
 * this user may not capture.
 */
export async function startCapture(port: number): Promise<Capture | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-bench-capture-"));
  const file = join(folder, "packets.pcap");
  const options = ["-i", "lo", "-s", String(SNAP_BYTES), "-B", String(BUFFER_KIB), "-Z", "root", "-w", file];
  const child = spawn("tcpdump", [...options, `tcp port ${port}`], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  const listening = new Promise<boolean>((resolve) => {
    child.once("error", () => resolve(false));
    child.once("exit", () => resolve(false));
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("listening on")) resolve(true);
    });
  });
  const clear = (): Promise<void> => rm(folder, { recursive: true, force: true });
  if (!(await listening)) {
    await clear();
    return undefined;
  }
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGINT");
    await once(child, "close");
  };
  return {
    async finish() {
      await stop();
      const dropped = /(\d+) packets? dropped by kernel/.exec(said)?.[1];
      if (dropped !== "0") throw new Error(`tcpdump lost packets (${dropped ?? "it did not say how many"})`);
      return wireTimesIn(readFileSync(file), port);
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await clear();
    },
  };
}

const GLOBAL_HEADER = 24;
const PACKET_HEADER = 16;
/** Link type EN10MB, which Linux gives to loopback: an Ethernet header before IPv4. */
const ETHERNET_HEADER = 14;
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const REQUEST = Buffer.from("/provision/request");
const RESPONSE = Buffer.from("/provision/response");
const DEVICE_NAME = /"deviceName":"([^"]+)"/;

/**
 * A classic pcap file in this machine's byte order (pcap-savefile(5)), IPv4 over Ethernet. A connection asks once: its first
 * packet to the server with the topic of requests begins the time of its device, the first back with that of responses ends it.
 */
function wireTimesIn(bytes: Buffer, port: number): WireTimes {
  if (bytes.readUInt32LE(0) !== MAGIC_MICROSECONDS)
    throw new Error("no pcap file with microseconds in this byte order");
  const asked = new Map<number, { readonly name: string; readonly at: number }>();
  const times = new Map<string, number>();
  for (let at = GLOBAL_HEADER; at + PACKET_HEADER <= bytes.length;) {
    const stamp = bytes.readUInt32LE(at) * 1_000 + bytes.readUInt32LE(at + 4) / 1_000;
    const packet = bytes.subarray(at + PACKET_HEADER, at + PACKET_HEADER + bytes.readUInt32LE(at + 8));
    at += PACKET_HEADER + packet.length;
    const tcp = packet.subarray(ETHERNET_HEADER + ((packet[ETHERNET_HEADER] ?? 0) & 0x0f) * 4);
    if (tcp.length < 20) continue;
    const [from, to] = [tcp.readUInt16BE(0), tcp.readUInt16BE(2)];
    const data = tcp.subarray(((tcp[12] ?? 0) >> 4) * 4);
    if (to === port && data.includes(REQUEST)) {
      const name = DEVICE_NAME.exec(data.toString("latin1"))?.[1];
      if (name !== undefined) asked.set(from, { name, at: stamp });
    } else if (from === port && data.includes(RESPONSE)) {
      const request = asked.get(to);
      if (request === undefined) continue;
      times.set(request.name, stamp - request.at);
      asked.delete(to);
    }
  }
  return times;
}
