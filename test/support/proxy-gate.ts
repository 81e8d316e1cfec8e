import { connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** What a gate asks of a connection before it lets it through. */
export interface Demands {
  /** The bytes before anything else; see `parsed`. */
  readonly header?: boolean;
  /** TLS that ends here: PEM of the gate, and of the authority that must have signed the client's certificate. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string };
}

export interface ProxyGate extends AsyncDisposable {
  readonly port: number;
  /** Of each connection that was let through, as `PROXY TCP4 127.0.0.1 127.0.0.1` and whether the client's port is its own. */
  readonly headers: readonly string[];
  /** Connections that were shut out. */
  readonly refused: number;
}

/** A proxy, or a server's front, that resets each connection which does not bring what it demands, and passes on the others. */
export async function startProxyGate(to: number, demands: Demands, host = "127.0.0.1"): Promise<ProxyGate> {
  const sockets = new Set<Socket>();
  const headers: string[] = [];
  let refused = 0;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  };
  const pass = (near: Socket): void => {
    const far = connect({ host: "127.0.0.1", port: to, noDelay: true });
    keep(far);
    near.pipe(far);
    far.pipe(near);
    near.once("close", () => far.destroy());
    far.once("close", () => near.destroy());
  };
  const secured =
    demands.tls &&
    createTlsServer({ ...demands.tls, requestCert: true, rejectUnauthorized: true }, pass).on("tlsClientError", () => {
      refused += 1;
    });
  const onward = (socket: Socket): void => {
    if (secured === undefined) pass(socket);
    else secured.emit("connection", socket);
  };
  const server: Server = createServer({ noDelay: true }, (socket) => {
    keep(socket);
    if (demands.header !== true) return onward(socket);
    let heard = Buffer.alloc(0);
    const listen = (): void => {
      const chunk: unknown = socket.read();
      if (!Buffer.isBuffer(chunk)) return;
      heard = Buffer.concat([heard, chunk]);
      const found = readHeader(heard);
      if (found === undefined && heard.length < 16) return;
      socket.off("readable", listen);
      if (found === undefined) {
        refused += 1;
        return void socket.resetAndDestroy();
      }
      headers.push(`${found.text}${found.port === socket.remotePort ? "" : `, port ${found.port}`}`);
      if (heard.length > found.length) socket.unshift(heard.subarray(found.length));
      onward(socket);
    };
    socket.on("readable", listen);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    headers,
    get refused() {
      return refused;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** By HAProxy's proxy-protocol.txt, sections 2.1 and 2.2; undefined: it is none, or not whole. */
function readHeader(
  bytes: Buffer,
): { readonly length: number; readonly text: string; readonly port: number } | undefined {
  const text = bytes.toString("latin1");
  const line = /^(PROXY TCP[46] \S+ \S+) (\d+) \d+\r\n/.exec(text);
  if (line !== null) return { length: line[0].length, text: line[1] ?? "", port: Number(line[2]) };
  if (!text.startsWith("\r\n\r\n\0\r\nQUIT\n!") || bytes.length < 16) return undefined;
  const size = bytes.readUInt16BE(14);
  if (bytes.length < 16 + size) return undefined;
  const body = bytes.subarray(16, 16 + size);
  if (bytes[13] === 0x11) {
    const [from, to] = [body.subarray(0, 4).join("."), body.subarray(4, 8).join(".")];
    return { length: 16 + size, text: `PROXY TCP4 ${from} ${to}`, port: body.readUInt16BE(8) };
  }
  const address = (at: number): string => body.toString("hex", at, at + 16).replace(/^0{31}1$/, "::1");
  return { length: 16 + size, text: `PROXY TCP6 ${address(0)} ${address(16)}`, port: body.readUInt16BE(32) };
}
