import type { TLSSocket } from "node:tls";
import type { Server, Socket } from "node:net";
import { type PeerCertificates, readPeerCertificates } from "../core/certificates.ts";
import { type ChainDeps, nameInChain, profileOfChain, provisionByChain } from "../core/chain-provisioning.ts";
import type { DeviceRecord } from "../core/device-store.ts";
import { delayOf } from "../core/faults.ts";
import { GARBAGE } from "./link-faults.ts";
import { type ConnectionDeps, MqttConnection } from "./mqtt-connection.ts";
import { tlsOfNode } from "./node-servers.ts";
import type { TransportApi } from "../timing/transport-api.ts";

export interface TlsListenerDeps extends ConnectionDeps, ChainDeps {
  readonly transport: TransportApi;
}

/**
 * MQTT over TLS. A client certificate is asked for and any is taken: an unknown one does not fail the handshake, the decision
 * is made at CONNECT. The chain strategy provisions before the first byte of MQTT is read (MSP:142-181).
 */
export function createTlsListener(
  options: { readonly key: string; readonly cert: string },
  deps: TlsListenerDeps,
): Server {
  const server = tlsOfNode().createServer(
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
      if (peer === undefined) void new MqttConnection(deps, socket, undefined);
      // The server ends the handshake with an alert (MSP:144-146), which after its own end of it nobody can send.
      else if (!peer.consistent) socket.destroy();
      else checkClient(deps, socket, peer);
    },
  );
  server.on("connection", (raw: Socket) => deps.resets.take(raw));
  // A failed handshake: the client learns of it by TLS itself.
  server.on("tlsClientError", () => undefined);
  return server;
}

/** The trust manager: asks the core, and lets the connection go on whatever that says. */
function checkClient(deps: TlsListenerDeps, socket: TLSSocket, peer: PeerCertificates): void {
  const goOn = (): void => void new MqttConnection(deps, socket, peer);
  const profile = profileOfChain(deps, peer);
  if (profile === undefined) {
    deps.transport.ask(
      "login",
      () => true,
      goOn,
      () => undefined,
    );
    return;
  }
  const fault = deps.faults.pick("request", nameInChain(profile, peer));
  if (fault !== undefined) deps.tally.faults += 1;
  const provision = (then: () => void): void =>
    deps.transport.ask<{ readonly created: DeviceRecord | undefined }>(
      "provision",
      () => {
        const created = provisionByChain(deps, profile, peer);
        if (created !== undefined) onGone(socket, () => forget(created));
        return { created };
      },
      then,
      () => undefined,
    );
  switch (fault?.kind) {
    case "drop":
    case "half-open":
      socket.resume();
      return;
    case "garbage":
      socket.end(GARBAGE);
      return;
    case "reset":
    case "close":
      socket.destroy();
      return;
    case "ghost":
    case "acknowledge-only":
    case "other-topic":
      provision(() => socket.resume());
      return;
    case "queue-full":
      goOn();
      return;
    case "delay":
      provision(() => void deps.timers.after(delayOf(fault), goOn));
      return;
    default:
      provision(goOn);
  }
}

function onGone(socket: TLSSocket, then: () => void): void {
  if (socket.destroyed) then();
  else socket.once("close", then);
}

/** Its client has gone: what it was not told by then it never is. */
function forget(device: DeviceRecord): void {
  if (device.told === "pending") device.told = "ghost";
}
