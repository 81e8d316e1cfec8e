import { createSocket, type Socket } from "node:dgram";
import { isIP } from "node:net";
import { generate } from "coap-packet";
import type { Target } from "../../model/plan.ts";
import { WireError } from "../../model/ports.ts";
import { msFromUs, type Us } from "../../model/units.ts";
import { toWireError } from "../socket/failures.ts";
import { type CoapRequest, readMessage, requestBytes } from "./coap-message.ts";
import { abortsOf } from "../socket/aborts.ts";
import { nextSource } from "../socket/source-addresses.ts";

export interface CoapAnswer {
  /** As in the text of RFC 7252: "2.01". */
  readonly code: string;
  readonly payload: Uint8Array;
}

export interface CoapEvents {
  /** Which of several local addresses was chosen. */
  readonly leaves?: ((source: string) => void) | undefined;
  /** The socket has its peer; CoAP has no handshake. */
  connected(peer: string | undefined): void;
  sent?(): void;
  /** The request has arrived; alone, or with the answer. */
  acknowledged?(): void;
}

/** RFC 7252, 4.8, in milliseconds. */
const ACK_TIMEOUT_MS = 2_000;
const MAX_RETRANSMIT = 4;
/** The random factor, 1 to 1.5, drawn from the number of the request: lots are not drawn here. */
const SPREADS = 16;
const OVERLOADED = /\b(EAGAIN|ENOBUFS)\b/;

let requests = 0;

/**
 * One confirmable request over a UDP socket of its own, as a device has one: retransmitted until it is acknowledged; its
 * answer comes with the acknowledgement or apart. Rejects with WireError only, also when `stop` is aborted.
 */
export function askCoap(
  { host: name, address: host = name, port, from }: Pick<Target, "host" | "address" | "port" | "from">,
  request: CoapRequest,
  answerTimeout: Us,
  events: CoapEvents,
  stop: AbortSignal,
): Promise<CoapAnswer> {
  return new Promise((resolve, reject) => {
    if (stop.aborted) return reject(new WireError("aborted", "stopped before the request"));
    requests += 1;
    const number = requests;
    const messageId = number & 0xff_ff;
    const token = Buffer.alloc(4);
    token.writeUInt32BE(number >>> 0);
    const encoded = requestBytes(request, messageId, token);
    if (encoded instanceof WireError) return reject(encoded);
    const bytes = encoded;
    const answerMs = msFromUs(answerTimeout);
    const deadline = setTimeout(onDeadline, answerMs);
    let again: NodeJS.Timeout | undefined;
    let acknowledged = false;
    let over = false;
    const aborts = abortsOf(stop);
    const waiting = aborts.add(onAbort);
    const socket: Socket = createSocket(isIP(host) === 6 ? "udp6" : "udp4");
    socket.on("error", (error) => fail(toWireError(error)));
    socket.on("message", onMessage);
    const source = nextSource(from);
    if (source !== undefined) {
      events.leaves?.(source);
      socket.bind({ address: source });
    }
    socket.connect(port, host, () => {
      if (over) return;
      events.connected(socket.remoteAddress().address);
      send(bytes);
      events.sent?.();
      retransmit(ACK_TIMEOUT_MS * (1 + (number % SPREADS) / (2 * SPREADS)), MAX_RETRANSMIT);
    });

    function send(message: Uint8Array): void {
      if (over) return;
      // A full buffer is a lost datagram, which is sent again.
      socket.send(message, (error) => {
        if (error !== null && !OVERLOADED.test(error.message)) fail(toWireError(error));
      });
    }

    function retransmit(waitMs: number, left: number): void {
      // Whoever heard of the connection or the request may have stopped it meanwhile: a timer then would find no socket.
      if (left === 0 || over) return;
      again = setTimeout(() => {
        send(bytes);
        retransmit(2 * waitMs, left - 1);
      }, waitMs);
    }

    function onMessage(datagram: Buffer): void {
      const message = readMessage(datagram);
      if (message === undefined) return fail(new WireError("protocol-error", "a datagram that is no CoAP message"));
      const isOurs = message.messageId === messageId;
      if (message.reset && isOurs)
        return fail(new WireError("connection-reset", "the request was answered by a reset"));
      if (message.ack && isOurs) onAcknowledged();
      if (message.code === "0.00" || !token.equals(message.token)) return;
      // An answer apart proves that the request arrived, even if its acknowledgement was lost (RFC 7252, 5.2.2).
      onAcknowledged();
      if (message.confirmable) send(generate({ ack: true, code: "0.00", messageId: message.messageId }));
      const { code, payload } = message;
      settle(() => resolve({ code, payload }));
    }

    function onAcknowledged(): void {
      if (acknowledged) return;
      acknowledged = true;
      clearTimeout(again);
      events.acknowledged?.();
    }

    function onDeadline(): void {
      fail(new WireError("answer-timeout", `no answer within ${answerMs} ms`));
    }

    function onAbort(): void {
      fail(new WireError("aborted", "stopped while in flight"));
    }

    function fail(error: WireError): void {
      settle(() => reject(error));
    }

    function settle(how: () => void): void {
      if (over) return;
      over = true;
      clearTimeout(deadline);
      clearTimeout(again);
      aborts.delete(waiting);
      // After the acknowledgement that was just handed to it.
      setImmediate(() => socket.close());
      how();
    }
  });
}
