import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** A server that does what a script says with each connection, and knows whether any is left. */
export interface ScriptedServer extends AsyncDisposable {
  readonly port: number;
  /** Connections made so far. */
  readonly connections: number;
  /** Resolves when no connection is open. */
  idle(): Promise<void>;
}

/** PEM pair. */
export interface ServerIdentity {
  readonly cert: string;
  readonly key: string;
}

/** `identity`: over TLS, with any client certificate or none. */
export async function startScriptedServer(
  /** `reset` ends the connection without a goodbye, over TLS as well. */
  script: (socket: Socket, reset: () => void) => void,
  identity?: ServerIdentity,
): Promise<ScriptedServer> {
  /** By the client's port. */
  const raw = new Map<number | undefined, Socket>();
  const open = new Set<Socket>();
  const waiting = new Set<() => void>();
  let connections = 0;
  const onConnection = (socket: Socket): void => {
    connections += 1;
    socket.on("error", () => undefined);
    // Unless something is read, its end is not seen.
    socket.resume();
    script(socket, () => raw.get(socket.remotePort)?.resetAndDestroy());
  };
  const server: Server =
    identity === undefined
      ? createServer({ noDelay: true }, onConnection)
      : createTlsServer({ ...identity, requestCert: true, rejectUnauthorized: false, noDelay: true }, onConnection).on(
          "tlsClientError",
          () => undefined,
        );
  // The raw ones, so that those of an unfinished handshake count as well.
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    raw.set(socket.remotePort, socket);
    socket.once("close", () => {
      open.delete(socket);
      if (open.size > 0) return;
      for (const resolve of waiting) resolve();
      waiting.clear();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    get connections() {
      return connections;
    },
    idle: () =>
      new Promise((resolve) => {
        if (open.size === 0) resolve();
        else waiting.add(resolve);
      }),
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port of 127.0.0.1 on which nobody listens. */
export async function unusedPort(): Promise<number> {
  const server = await startScriptedServer(() => undefined);
  await server[Symbol.asyncDispose]();
  return server.port;
}
