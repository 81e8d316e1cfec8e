import { connect, isIP, type OnReadOpts, type Socket } from "node:net";
import { connect as connectTls, createSecureContext, type SecureContext } from "node:tls";
import { createCachedLookup } from "./cached-lookup.ts";
import { nextSource } from "./source-addresses.ts";
import { type Endpoint, type TlsOptions, trustOf } from "./endpoint.ts";

/** One for all connections of this process. */
const lookup = createCachedLookup();

interface Handshake {
  readonly opened?: ((peer: string | undefined) => void) | undefined;
  readonly shown?: (() => void) | undefined;
  /** Gets the bytes instead of `data` listeners, in one buffer. */
  readonly onread?: OnReadOpts | undefined;
}

/**
 * Opens a socket that sends small packets at once; `onConnected` after TCP, and after the handshake if there is TLS. `watch` sees
 * the steps before (see SessionEvents). Throws if a certificate or a key cannot be read.
 */
export function openSocket(
  { host, address = host, port, tls, from }: Endpoint,
  onConnected: () => void,
  watch: Handshake = {},
): Socket {
  const localAddress = nextSource(from);
  const source = localAddress === undefined ? {} : { localAddress };
  const reading = watch.onread === undefined ? {} : { onread: watch.onread };
  if (tls === undefined) {
    const socket = connect({ host: address, port, lookup, noDelay: true, ...source, ...reading });
    const { opened } = watch;
    if (opened !== undefined) socket.once("connect", () => opened(socket.remoteAddress));
    socket.once("connect", onConnected);
    return socket;
  }
  const socket = connectTls({
    host: address,
    port,
    lookup,
    ...source,
    // An address is no server name (RFC 6066); the certificate is checked against it all the same.
    servername: tls.serverName ?? (isIP(host) === 0 ? host : ""),
    rejectUnauthorized: !tls.insecure,
    secureContext: contextOf(tls),
    ...reading,
  });
  socket.setNoDelay(true);
  const { opened, shown } = watch;
  if (opened !== undefined) socket.once("connect", () => opened(socket.remoteAddress));
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

const contexts = new WeakMap<TlsOptions, SecureContext>();

/** One context for all connections with the same options: making one reads every authority again. */
function contextOf(tls: TlsOptions): SecureContext {
  let context = contexts.get(tls);
  if (context === undefined) {
    context = createSecureContext(trustOf(tls));
    contexts.set(tls, context);
  }
  return context;
}
