import { connect, isIP, isIPv4, type OnReadOpts, type Socket, type TcpNetConnectOpts } from "node:net";
import { createRequire } from "node:module";
import type * as tlsModule from "node:tls";
import { createCachedLookup } from "./cached-lookup.ts";
import { createHeadedStream } from "./headed-stream.ts";
import { proxyHeader } from "./proxy-header.ts";
import { nextSource } from "./source-addresses.ts";
import { type Endpoint, type TlsOptions, trustOf } from "./endpoint.ts";

/** One for all connections of this process. */
const lookup = createCachedLookup();

const require = createRequire(import.meta.url);

/** Loaded with the first socket that needs it: a thread of Node then reads every authority of the system, a tenth of the start of a generator. */
function tlsOfNode(): typeof tlsModule {
  loadedTls ??= require("node:tls") as typeof tlsModule;
  return loadedTls;
}
let loadedTls: typeof tlsModule | undefined;

interface Handshake {
  /** Told at once, where the local address was chosen. */
  readonly leaves?: ((source: string) => void) | undefined;
  readonly opened?: ((peer: string | undefined) => void) | undefined;
  readonly shown?: (() => void) | undefined;
  /** Gets the bytes instead of `data` listeners, in one buffer. */
  readonly onread?: OnReadOpts | undefined;
}

/**
 * Opens a socket that sends small packets at once; `onConnected` after TCP, and after the handshake if there is TLS. `watch` sees
 * the steps before (see SessionEvents). Throws if a certificate or a key cannot be read.
 */
export function openSocket(endpoint: Endpoint, onConnected: () => void, watch: Handshake = {}): Socket {
  const { host, address = host, port, tls, from } = endpoint;
  const localAddress = nextSource(from);
  if (localAddress !== undefined) watch.leaves?.(localAddress);
  if (tls === undefined) {
    const options: TcpNetConnectOpts = { host: address, port, lookup, noDelay: true };
    if (localAddress !== undefined) options.localAddress = localAddress;
    if (watch.onread !== undefined) options.onread = watch.onread;
    const socket = connect(options);
    sayHeader(endpoint, socket);
    const { opened } = watch;
    if (opened !== undefined) socket.once("connect", () => opened(socket.remoteAddress));
    socket.once("connect", onConnected);
    return socket;
  }
  const source = localAddress === undefined ? {} : { localAddress };
  const reading = watch.onread === undefined ? {} : { onread: watch.onread };
  const secured = {
    // An address is no server name (RFC 6066); the certificate is checked against it all the same.
    servername: tls.serverName ?? (isIP(host) === 0 ? host : ""),
    rejectUnauthorized: !tls.insecure,
    secureContext: contextOf(tls),
    ...zoneless(address),
  };
  const { opened, shown } = watch;
  const { connect: connectTls } = tlsOfNode();
  let socket: Socket;
  if (endpoint.proxyProtocol === undefined) {
    socket = connectTls({ host: address, port, lookup, ...source, ...secured, ...reading });
    socket.setNoDelay(true);
    if (opened !== undefined) socket.once("connect", () => opened(socket.remoteAddress));
  } else {
    const carrier = connect({ host: address, port, lookup, noDelay: true, ...source });
    sayHeader(endpoint, carrier);
    if (opened !== undefined) carrier.once("connect", () => opened(carrier.remoteAddress));
    socket = connectTls({ host: address, socket: createHeadedStream(carrier), ...secured });
    carried.set(socket, carrier);
    if (watch.onread !== undefined) readInto(watch.onread, socket);
  }
  if (shown !== undefined) {
    // In TLS 1.2 the client's certificate goes with its share of the master key. In 1.3 it goes with the end of the
    // handshake, which Node writes after it has verified the server, and not at all if that fails.
    socket.on("keylog", (line) => {
      if (line.toString("latin1").startsWith("CLIENT_RANDOM")) shown();
    });
    socket.once("secureConnect", shown);
  }
  socket.once("secureConnect", onConnected);
  return socket;
}

/** By the socket of TLS that runs over another: that other, which has the addresses. */
const carried = new WeakMap<Socket, Socket>();

/** The address at the other end. */
export function peerOf(socket: Socket | undefined): string | undefined {
  return socket?.remoteAddress ?? (socket && carried.get(socket)?.remoteAddress);
}

/** The same of a connected socket. An IPv4 address that was given has one way to be written: there is nothing to ask the kernel. */
export function peerAt({ host, address = host }: Endpoint, socket: Socket | undefined): string | undefined {
  return isIPv4(address) && address !== ANY_ADDRESS ? address : peerOf(socket);
}

/** Leads to this machine, which has another address. */
const ANY_ADDRESS = "0.0.0.0";

function sayHeader({ proxyProtocol }: Endpoint, socket: Socket): void {
  if (proxyProtocol === undefined) return;
  socket.once("connect", () => {
    const from = { address: socket.localAddress, port: socket.localPort };
    const to = { address: socket.remoteAddress, port: socket.remotePort };
    socket.write(proxyHeader(proxyProtocol, from, to));
  });
}

/** What a socket does itself that was not handed over. */
function readInto(reading: OnReadOpts, socket: Socket): void {
  const { buffer } = reading;
  const into = typeof buffer === "function" ? buffer() : buffer;
  socket.on("data", (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; at += into.length) {
      into.set(chunk.subarray(at, at + into.length));
      reading.callback(Math.min(into.length, chunk.length - at), into);
    }
  });
}

/** Certificates have addresses without a zone, which means something on one machine only. */
export function zoneless(host: string): { readonly checkServerIdentity?: typeof tlsModule.checkServerIdentity } {
  if (!host.includes("%")) return {};
  const check = tlsOfNode().checkServerIdentity;
  return { checkServerIdentity: (name, certificate) => check(name.replace(/%.*$/, ""), certificate) };
}

const contexts = new WeakMap<TlsOptions, tlsModule.SecureContext>();

/** One context for all connections with the same options: making one reads every authority again. */
function contextOf(tls: TlsOptions): tlsModule.SecureContext {
  let context = contexts.get(tls);
  if (context === undefined) {
    context = tlsOfNode().createSecureContext(trustOf(tls));
    contexts.set(tls, context);
  }
  return context;
}
