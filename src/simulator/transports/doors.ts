import type { Server, Socket } from "node:net";
import type { CoapEndpoint } from "./coap-endpoint.ts";
import { listen, stopListening } from "./listener.ts";

/** What is open at one host and port: gives the port that it got. */
type OpenDoor = (host: string, port: number) => Promise<{ readonly port: number; close(): Promise<void> }>;

interface Door {
  readonly open: OpenDoor;
  readonly port: number;
  /** Undefined: shut. */
  close: (() => Promise<void>) | undefined;
}

/** Every listener of a simulator, by host. */
export interface Doors {
  /** At each host, all at the port that the first got. */
  listen(create: (host: string) => Server, asked: number): Promise<number>;
  /** The same for datagrams. */
  bind(open: (host: string, port: number) => Promise<CoapEndpoint>, asked: number): Promise<number>;
  /** A host is gone with its connections. */
  shut(host: string): Promise<void>;
  /** It is back at the same ports. */
  reopen(host: string): Promise<void>;
  close(): Promise<void>;
}

export function createDoors(hosts: readonly string[]): Doors {
  const doors = new Map(hosts.map((host) => [host, [] as Door[]]));
  /** One thing after the other at each host. */
  const turns = new Map<string, Promise<void>>();
  let over = false;

  const open = async (opener: OpenDoor, asked: number): Promise<number> => {
    let port = asked;
    for (const host of hosts) {
      const opened = await opener(host, port);
      port = opened.port;
      doors.get(host)?.push({ open: opener, port, close: () => opened.close() });
    }
    return port;
  };

  const inTurn = (host: string, act: () => Promise<void>): Promise<void> => {
    const done = (turns.get(host) ?? Promise.resolve()).then(act);
    turns.set(host, done);
    return done;
  };

  const shut = (host: string): Promise<void> =>
    inTurn(host, async () => {
      const closed = (doors.get(host) ?? []).map(async (door) => {
        const { close } = door;
        door.close = undefined;
        await close?.();
      });
      await Promise.all(closed);
    });

  return {
    listen: (create, asked) => open((host, port) => openServer(create(host), host, port), asked),
    bind: (bound, asked) => open(bound, asked),
    shut,
    reopen: (host) =>
      inTurn(host, async () => {
        for (const door of doors.get(host) ?? []) {
          if (over || door.close !== undefined) continue;
          const opened = await door.open(host, door.port);
          door.close = () => opened.close();
        }
      }),
    async close() {
      over = true;
      await Promise.all(hosts.map(shut));
    },
  };
}

async function openServer(
  server: Server,
  host: string,
  asked: number,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  // Raw sockets, so that those of an unfinished TLS handshake are ended as well.
  function forget(this: Socket): void {
    sockets.delete(this);
  }
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", forget);
  });
  const port = await listen(server, host, asked);
  return {
    port,
    close: async () => {
      const stopped = stopListening(server);
      for (const socket of sockets) socket.destroy();
      await stopped;
    },
  };
}
