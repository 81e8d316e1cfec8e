import { reasonOf } from "../model/error.ts";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { generate, type Packet } from "mqtt-packet";
import type { MqttVersion } from "../model/plan.ts";
import { MAX_ANSWER_BYTES, tooLong } from "../wires/answer-limit.ts";
import { PROTOCOL } from "../wires/mqtt/protocol.ts";
import type { Endpoint } from "../wires/socket/endpoint.ts";
import { openSocket } from "../wires/socket/socket.ts";
import { endOfPacket, readPacket, type Received } from "./packet-text.ts";

/**
 * A test client: sends whatever it is told, a well-behaved MQTT client's refusals included, and keeps what comes back in
 * order. It answers nothing by itself.
 */
export interface RawClient {
  readonly version: MqttVersion;
  send(packet: Packet): void;
  sendBytes(bytes: Uint8Array): void;
  /**
   * What has come since the last call, up to the first packet that `last` picks, or the end of the connection; at most for
   * `ms`. The end is an event of its own, and the last.
   */
  take(last: (received: Received) => boolean, ms: number): Promise<readonly Received[]>;
  /** At once; whoever waits for something gets what there is. */
  close(): void;
}

export const END: Received = { cmd: "close", text: "close", publish: undefined };

export function openRawClient(endpoint: Endpoint, version: MqttVersion): RawClient {
  const received: Received[] = [];
  let ended = false;
  let wake = (): void => undefined;
  let rest = Buffer.alloc(0);

  const end = (event: Received): void => {
    if (ended) return;
    ended = true;
    received.push(event);
    wake();
  };
  const failed = (text: string): Received => ({ ...END, text });

  const socket: Socket = openSocket(endpoint, () => undefined);
  socket.on("error", (error: NodeJS.ErrnoException) => {
    // A reset may be all that is left of an orderly close when something was still on its way.
    end(
      error.code === "ECONNRESET" || error.code === "EPIPE"
        ? END
        : failed(`no connection (${error.code ?? error.message})`),
    );
  });
  socket.on("end", () => end(END));
  socket.on("close", () => end(END));
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    if (rest.length > MAX_ANSWER_BYTES) {
      end(failed(tooLong().detail));
      socket.destroy();
      return wake();
    }
    try {
      for (let length = endOfPacket(rest); length > 0; length = rest.length < 2 ? 0 : endOfPacket(rest)) {
        received.push(readPacket(rest.subarray(0, length), version));
        rest = rest.subarray(length);
      }
    } catch (error) {
      end(failed(`bytes that are not MQTT (${reasonOf(error)})`));
      socket.destroy();
    }
    wake();
  });

  const write = (bytes: Uint8Array): void => {
    if (!ended) socket.write(bytes);
  };

  return {
    version,
    send: (packet) => write(generate(packet, { protocolVersion: PROTOCOL[version].protocolVersion })),
    sendBytes: write,
    async take(last, ms) {
      const enough = new AbortController();
      const taken: Received[] = [];
      const look = (): void => {
        for (let event = received.shift(); event !== undefined; event = received.shift()) {
          taken.push(event);
          if (event.cmd === END.cmd || last(event)) return enough.abort();
        }
        if (ended) enough.abort();
      };
      wake = look;
      look();
      if (!enough.signal.aborted) {
        await sleep(ms, undefined, { signal: enough.signal }).catch(() => undefined);
      }
      wake = () => undefined;
      return taken;
    },
    close() {
      ended = true;
      wake();
      socket.destroy();
    },
  };
}
