import { type Server, createServer } from "node:tls";
import { readPeerCertificates } from "./certificates.ts";
import { type ChainDeps, provisionByChain } from "./chain-provisioning.ts";
import { type ConnectionDeps, MqttConnection } from "./mqtt-connection.ts";

/**
 * MQTT over TLS. A client certificate is asked for and any is taken: an unknown one does not fail the handshake, the decision
 * is made at CONNECT. The chain strategy provisions before the first byte of MQTT is read (MSP:142-181).
 */
export function createTlsListener(
  options: { readonly key: string; readonly cert: string },
  deps: ConnectionDeps & ChainDeps,
): Server {
  const server = createServer(
    {
      key: options.key,
      cert: options.cert,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: "TLSv1.2",
      noDelay: true,
    },
    (socket) => {
      const peer = readPeerCertificates(socket, deps.timers.wall());
      if (peer === undefined) {
        void new MqttConnection(deps, socket, undefined);
        return;
      }
      deps.transport.ask(
        "login",
        () => {
          provisionByChain(deps, peer);
          return true;
        },
        () => void new MqttConnection(deps, socket, peer),
        () => undefined,
      );
    },
  );
  // A failed handshake: the client learns of it by TLS itself.
  server.on("tlsClientError", () => undefined);
  return server;
}
