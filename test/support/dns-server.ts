import { createSocket } from "node:dgram";
import { isIP } from "node:net";

/** What the server says of a name: each question gets the next answer, and after the last the first again. */
export interface DnsZone {
  readonly [name: string]: readonly {
    readonly ttl?: number;
    readonly addresses?: readonly string[];
    readonly services?: readonly {
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly name: string;
    }[];
  }[];
}

/** A small name server on loopback (RFC 1035, RFC 2782): A, AAAA and SRV, answers that rotate, each with a time to live. */
export interface DnsServer extends AsyncDisposable {
  /** As `target.dns.servers` takes it. */
  readonly address: string;
  /** Names that were asked for, with the type: "tb.test A". */
  readonly asked: string[];
  /** From now on. */
  zone: DnsZone;
}

const A = 1;
const AAAA = 28;
const SRV = 33;
const TYPES: Readonly<Record<number, string>> = { [A]: "A", [AAAA]: "AAAA", [SRV]: "SRV" };

export async function startDnsServer(zone: DnsZone): Promise<DnsServer> {
  const socket = createSocket("udp4");
  const turns = new Map<string, number>();
  const asked: string[] = [];
  const server = { zone };
  socket.on("message", (question, from) => {
    const { name, type, end } = readQuestion(question);
    asked.push(`${name} ${TYPES[type] ?? type}`);
    const answers = server.zone[name];
    const turn = turns.get(`${name} ${type}`) ?? 0;
    turns.set(`${name} ${type}`, turn + 1);
    const { ttl = 60, addresses = [], services = [] } = answers?.[turn % answers.length] ?? {};
    const records =
      type === SRV
        ? services.map(serviceBytes)
        : addresses.filter((each) => isIP(each) === (type === A ? 4 : type === AAAA ? 6 : 0)).map(addressBytes);
    const header = Buffer.alloc(12);
    header.writeUInt16BE(question.readUInt16BE(0), 0);
    // An authoritative answer; of an unknown name, that there is none (3).
    header.writeUInt16BE(answers === undefined ? 0x84_03 : 0x84_00, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    const whole = records.map((data) => {
      const fixed = Buffer.alloc(12);
      fixed.writeUInt16BE(0xc0_0c, 0);
      fixed.writeUInt16BE(type, 2);
      fixed.writeUInt16BE(1, 4);
      fixed.writeUInt32BE(ttl, 6);
      fixed.writeUInt16BE(data.length, 10);
      return Buffer.concat([fixed, data]);
    });
    socket.send(Buffer.concat([header, question.subarray(12, end), ...whole]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return Object.assign(server, {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  });
}

function readQuestion(message: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join(".").toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  const [head = "", tail] = address.split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const middle = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill("0");
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...before, ...middle, ...after].entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  }
  return bytes;
}

function serviceBytes(service: {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly name: string;
}): Buffer {
  const fixed = Buffer.alloc(6);
  fixed.writeUInt16BE(service.priority, 0);
  fixed.writeUInt16BE(service.weight, 2);
  fixed.writeUInt16BE(service.port, 4);
  const labels = service.name
    .split(".")
    .map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`, "latin1"));
  return Buffer.concat([fixed, ...labels, Buffer.of(0)]);
}
