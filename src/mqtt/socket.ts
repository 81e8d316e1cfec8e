import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Endpoint } from "./session.ts";

/** Opens a socket that sends small packets at once; `onConnected` after TCP, and after the handshake if there is TLS. */
export function openSocket({ host, port, tls }: Endpoint, onConnected: () => void): Socket {
  if (tls === undefined) {
    const socket = connect({ host, port, noDelay: true });
    socket.once("connect", onConnected);
    return socket;
  }
  const socket = connectTls({
    host,
    port,
    servername: tls.serverName ?? (/^[\d.:]+$/.test(host) ? "" : host),
    rejectUnauthorized: !tls.insecure,
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.identity === undefined ? {} : { cert: tls.identity.certificate, key: tls.identity.privateKey }),
  });
  socket.setNoDelay(true);
  socket.once("secureConnect", onConnected);
  return socket;
}
