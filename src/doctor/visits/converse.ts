import type { Socket } from "node:net";
import { WireError } from "../../model/ports.ts";
import { MAX_ANSWER_BYTES, tooLong } from "../../wires/answer-limit.ts";
import { toWireError } from "../../wires/socket/failures.ts";
import type { Endpoint } from "../../wires/socket/endpoint.ts";
import { openSocket } from "../../wires/socket/socket.ts";

export interface Talk {
  /** Undefined: there was no connection. */
  readonly connectedMs: number | undefined;
  readonly heard: Buffer;
  readonly end: "enough" | "closed" | "silent" | "failed";
  /** Given for "failed" alone. */
  readonly error: WireError | undefined;
  /** To the first byte, from connected; undefined: none came. */
  readonly firstMs: number | undefined;
}

export interface TalkOptions {
  readonly endpoint: Endpoint;
  readonly first: Uint8Array | undefined;
  /** True: that was enough. It may say more. */
  readonly listen: (heard: Buffer, say: (bytes: Uint8Array) => void) => boolean;
  readonly connectMs: number;
  /** From connected. */
  readonly patienceMs: number;
  readonly now: () => number;
}

/** Connects, says something and listens, whatever it is that answers. Rejects with the reason of `stop` only. */
export function converse(options: TalkOptions, stop: AbortSignal): Promise<Talk> {
  return new Promise((resolve, reject) => {
    stop.throwIfAborted();
    const began = options.now();
    let connectedMs: number | undefined;
    let firstMs: number | undefined;
    let heard = Buffer.alloc(0);
    let deadline = setTimeout(
      () => end("failed", new WireError("connect-timeout", `no connection within ${options.connectMs} ms`)),
      options.connectMs,
    );
    stop.addEventListener("abort", onStop);
    const socket: Socket = openSocket(options.endpoint, () => {
      connectedMs = options.now() - began;
      clearTimeout(deadline);
      deadline = setTimeout(() => end("silent"), options.patienceMs);
      if (options.listen(heard, say)) end("enough");
      else if (options.first !== undefined) say(options.first);
    });
    socket.on("data", (chunk) => {
      firstMs ??= options.now() - began - (connectedMs ?? 0);
      heard = Buffer.concat([heard, chunk]);
      if (heard.length > MAX_ANSWER_BYTES) return end("failed", tooLong());
      if (options.listen(heard, say)) end("enough");
    });
    socket.on("error", (error) => end("failed", toWireError(error)));
    socket.on("close", () => end("closed"));

    function say(bytes: Uint8Array): void {
      socket.write(bytes);
    }

    function onStop(): void {
      close();
      reject(stop.reason);
    }

    function end(how: Talk["end"], error?: WireError): void {
      close();
      resolve({ connectedMs, heard, end: how, error, firstMs });
    }

    function close(): void {
      clearTimeout(deadline);
      stop.removeEventListener("abort", onStop);
      socket.destroy();
    }
  });
}
