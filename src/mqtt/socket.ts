import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, createSecureContext, type SecureContext } from "node:tls";
import { createCachedLookup } from "./cached-lookup.ts";
import type { Endpoint, TlsOptions } from "./session.ts";

/** One for all connections of this process. */
const lookup = createCachedLookup();

/**
 * Opens a socket that sends small packets at once; `onConnected` after TCP, and after the handshake if there is TLS.
 * Throws if a certificate or a key cannot be read.
 */
export function openSocket({ host, port, tls }: Endpoint, onConnected: () => void): Socket {
  if (tls === undefined) {
    const socket = connect({ host, port, lookup, noDelay: true });
    socket.once("connect", onConnected);
    return socket;
  }
  const socket = connectTls({
    host,
    port,
    lookup,
    // An address is no server name (RFC 6066); the certificate is checked against it all the same.
    servername: tls.serverName ?? (isIP(host) === 0 ? host : ""),
    rejectUnauthorized: !tls.insecure,
    secureContext: contextOf(tls),
  });
  socket.setNoDelay(true);
  socket.once("secureConnect", onConnected);
  return socket;
}

const contexts = new WeakMap<TlsOptions, SecureContext>();

/** One context for all connections with the same options: making one reads every authority again. */
function contextOf(tls: TlsOptions): SecureContext {
  let context = contexts.get(tls);
  if (context === undefined) {
    context = createSecureContext({
      ...(tls.ca === undefined ? {} : { ca: tls.ca }),
      ...(tls.identity === undefined ? {} : { cert: tls.identity.certificate, key: tls.identity.privateKey }),
    });
    contexts.set(tls, context);
  }
  return context;
}
