import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { once } from "node:events";

/** Browsers that look at a live page, good and bad, until disposed of. */
export interface Onlookers extends Disposable {
  /** Bytes of the page's events that the good one has read. */
  readonly read: number;
}

const AGAIN_MS = 100;
/** What the slow one takes at a time. */
const SIP_BYTES = 2_048;

/**
 * One reads all; one is stuck, and never reads; one sips; and one comes again and again and vanishes. They come as soon as
 * somebody listens at `port`.
 */
export function lookOn(port: number): Onlookers {
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  let read = 0;
  let over = false;

  function ask(act: (socket: Socket) => void): void {
    if (over) return;
    const socket = connect(port, "127.0.0.1");
    sockets.add(socket);
    let connected = false;
    socket.once("connect", () => {
      connected = true;
      socket.write(`GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
      act(socket);
    });
    socket.on("error", () => undefined);
    socket.once("close", () => {
      sockets.delete(socket);
      if (!connected) later(() => ask(act));
    });
  }

  function later(act: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, AGAIN_MS);
    timers.add(timer);
  }

  const vanish = (socket: Socket): void => {
    later(() => {
      socket.destroy();
      ask(vanish);
    });
  };
  const sip = (socket: Socket): void => {
    socket.read(SIP_BYTES);
    if (!socket.destroyed) later(() => sip(socket));
  };
  ask((socket) => socket.on("data", (chunk) => (read += chunk.length)));
  ask((socket) => socket.pause());
  ask(sip);
  ask(vanish);

  return {
    get read() {
      return read;
    },
    [Symbol.dispose]() {
      over = true;
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
