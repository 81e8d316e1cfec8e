import { createServer, type Server, type Socket } from "node:net";

/** The signature of version 2; version 1 begins with a word. */
const SIGNATURE = Buffer.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]);
const WORD = Buffer.from("PROXY ");
/** The longest line of version 1, with its end. */
const LONGEST_LINE = 107;
const LINE =
  /^PROXY (?:TCP4 (?:\d{1,3}\.){3}\d{1,3} (?:\d{1,3}\.){3}\d{1,3}|TCP6 [0-9a-f:.]+ [0-9a-f:.]+) \d{1,5} \d{1,5}$/i;
const LINE_OF_UNKNOWN = /^PROXY UNKNOWN\b/;
/** The bytes of both addresses and both ports, by family and transport. */
const LENGTHS = new Map([
  [0x11, 12],
  [0x21, 36],
]);

/** Length of the header that `bytes` begins with; "more": it is not whole yet; "none": it is no header. */
export function headerLength(bytes: Buffer): number | "more" | "none" {
  if (begins(bytes, SIGNATURE)) {
    if (bytes.length < 16) return "more";
    const [command = 0, family = 0] = [bytes[12], bytes[13]];
    if (command !== 0x20 && command !== 0x21) return "none";
    const length = bytes.readUInt16BE(14);
    // What is longer has more to say behind the addresses; LOCAL says nothing of them.
    if (command === 0x21 && length < (LENGTHS.get(family) ?? Infinity)) return "none";
    return bytes.length < 16 + length ? "more" : 16 + length;
  }
  if (!begins(bytes, WORD)) return "none";
  const end = bytes.subarray(0, LONGEST_LINE).indexOf("\r\n");
  if (end < 0) return bytes.length < LONGEST_LINE ? "more" : "none";
  const line = bytes.toString("latin1", 0, end);
  return LINE.test(line) || LINE_OF_UNKNOWN.test(line) ? end + 2 : "none";
}

function begins(bytes: Buffer, word: Buffer): boolean {
  const length = Math.min(bytes.length, word.length);
  return bytes.subarray(0, length).equals(word.subarray(0, length));
}

/**
 * `server`, where each connection must begin with a PROXY header of either version (MQTT_PROXY_PROTOCOL_ENABLED): one that
 * begins with anything else is closed without a word.
 */
export function behindProxy(server: Server): Server {
  return createServer({ noDelay: true }, (socket: Socket) => {
    socket.on("error", () => socket.destroy());
    let heard = Buffer.alloc(0);
    const onReadable = (): void => {
      const chunk: unknown = socket.read();
      if (!Buffer.isBuffer(chunk)) return;
      heard = Buffer.concat([heard, chunk]);
      const length = headerLength(heard);
      if (length === "more") return;
      socket.off("readable", onReadable);
      if (length === "none") return void socket.destroy();
      if (heard.length > length) socket.unshift(heard.subarray(length));
      server.emit("connection", socket);
    };
    socket.on("readable", onReadable);
  });
}
