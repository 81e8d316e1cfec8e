import { createSocket } from "node:dgram";
import { isIP } from "node:net";
import { type ParsedPacket, generate, parse } from "coap-packet";
import { RollcallError } from "../../model/error.ts";
import { requirePort } from "./listener.ts";
import { GARBAGE } from "./link-faults.ts";
import type { Timers } from "../timing/timers.ts";

/** A request as it came, with what its answer needs. */
export interface CoapRequest {
  readonly method: "GET" | "POST" | "other";
  readonly path: readonly string[];
  readonly payload: Buffer;
  /** At most once; `code` as in RFC 7252, e.g. "2.01". */
  answer(code: string, payload?: Buffer, delivery?: Delivery): void;
  /** No more is heard of it. */
  forget(): void;
  reset(): void;
  /** A datagram that is no CoAP message. */
  garbage(): void;
}

/** What becomes of an answer: its token is how its client knows it. */
export type Delivery = "once" | "twice" | "with-another-token";

export interface CoapEndpoint {
  readonly port: number;
  close(): Promise<void>;
}

/** When a request is acknowledged by itself, because its answer takes longer (COAP_PIGGYBACK_TIMEOUT). */
const PIGGYBACK_MS = 500;
/** Requests remembered, so that one that comes again is not done again (RFC 7252, 4.5), and for how long (4.8.2). */
const REMEMBERED = 50_000;
const EXCHANGE_LIFETIME_MS = 247_000;
interface Exchange {
  readonly since: number;
  /** Undefined: not answered yet. */
  bytes: Buffer | undefined;
}

/** Option numbers (RFC 7252, 5.10). */
const URI_PATH = "Uri-Path";
const STRANGE_TOKEN = Buffer.from("stranger");
const METHODS: Readonly<Record<string, CoapRequest["method"]>> = { "0.01": "GET", "0.02": "POST" };

/**
 * Reads and answers datagrams; answers that come apart are confirmable and not sent again: the loopback loses nothing.
 * Rejects with RollcallError where it cannot listen.
 */
export async function openCoapEndpoint(
  host: string,
  port: number,
  timers: Timers,
  onRequest: (request: CoapRequest) => void,
): Promise<CoapEndpoint> {
  requirePort(port);
  const socket = createSocket(isIP(host) === 6 ? "udp6" : "udp4");
  /** By peer and message id, the oldest first. */
  const answered = new Map<string, Exchange>();
  let lastMessageId = 0;
  let open = true;

  socket.on("message", (datagram, peer) => {
    const packet = read(datagram);
    const method = packet === undefined || packet.ack || packet.reset ? undefined : packet.code;
    if (packet === undefined || method === undefined || method === "0.00") return;
    const send = (bytes: Buffer): void => {
      if (open) socket.send(bytes, peer.port, peer.address);
    };
    const key = `${peer.address} ${peer.port} ${packet.messageId}`;
    forgetOld();
    const before = answered.get(key);
    if (before !== undefined) {
      if (before.bytes !== undefined) send(before.bytes);
      return;
    }
    const exchange: Exchange = { since: timers.now(), bytes: undefined };
    answered.set(key, exchange);
    let apart = !packet.confirmable;
    const acknowledgement = timers.after(PIGGYBACK_MS, () => {
      if (apart) return;
      apart = true;
      send(generate({ ack: true, code: "0.00", messageId: packet.messageId }));
    });
    const replyOnce = (bytes: Buffer): void => {
      acknowledgement();
      exchange.bytes = bytes;
      send(bytes);
    };
    const replyTwice = (bytes: Buffer): void => {
      replyOnce(bytes);
      send(bytes);
    };
    onRequest({
      method: METHODS[method] ?? "other",
      path: packet.options.filter(({ name }) => name === URI_PATH).map(({ value }) => value.toString("utf8")),
      payload: packet.payload,
      answer(code, payload, delivery = "once") {
        const token = delivery === "with-another-token" ? STRANGE_TOKEN : packet.token;
        const message = { token, code, ...(payload === undefined ? {} : { payload }) };
        const reply = delivery === "twice" ? replyTwice : replyOnce;
        if (!apart) return reply(generate({ ...message, ack: true, messageId: packet.messageId }));
        lastMessageId = (lastMessageId + 1) & 0xff_ff;
        reply(generate({ ...message, confirmable: packet.confirmable, messageId: lastMessageId }));
      },
      forget: acknowledgement,
      reset: () => replyOnce(generate({ reset: true, code: "0.00", messageId: packet.messageId })),
      garbage: () => replyOnce(GARBAGE),
    });
  });

  function forgetOld(): void {
    for (const [key, { since }] of answered) {
      if (answered.size <= REMEMBERED && timers.now() - since < EXCHANGE_LIFETIME_MS) return;
      answered.delete(key);
    }
  }

  await new Promise<void>((resolve, reject) => {
    socket.once("error", (cause) => {
      const message = `The simulator cannot listen on ${host}:${port}, UDP: ${cause.message}`;
      reject(new RollcallError("simulator-listen", message, "Choose a free port, or 0 for any.", undefined, cause));
    });
    socket.bind(port, host, resolve);
  });
  // A datagram that cannot be sent is one that was lost.
  socket.on("error", () => undefined);
  return {
    port: socket.address().port,
    close: () =>
      new Promise((resolve) => {
        open = false;
        socket.close(resolve);
      }),
  };
}

/** Undefined: no CoAP message, which is ignored. */
function read(datagram: Buffer): ParsedPacket | undefined {
  try {
    return parse(datagram);
  } catch {
    return undefined;
  }
}
