import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/**
 * What TLS runs over where something is said in clear before it: the bytes of `socket`, which is still connecting. What is
 * written meanwhile waits, so whoever listens for "connect" before this is made speaks first.
 */
export function createHeadedStream(socket: Socket): Duplex {
  const stream = new Duplex({
    read() {
      socket.resume();
    },
    write(chunk: Uint8Array, _encoding, done) {
      if (socket.connecting) socket.once("connect", () => socket.write(chunk, done));
      else socket.write(chunk, done);
    },
    final(done) {
      socket.end(done);
    },
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  socket.on("data", (chunk: Buffer) => {
    if (!stream.push(chunk)) socket.pause();
  });
  socket.on("end", () => stream.push(null));
  socket.on("error", (error) => stream.destroy(error));
  socket.on("close", () => stream.destroy());
  return stream;
}
