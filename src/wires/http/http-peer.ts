import type { Socket } from "node:net";
import { type buildConnector, Client, type Dispatcher } from "undici";
import { peerOf as addressOf } from "../socket/socket.ts";

/** Who is asked for a request's address: the connection that it was given to. */
const peers = new WeakMap<Dispatcher.DispatchOptions, () => string | undefined>();

/** The address that a request went to, from its beginning on; undefined: it never came to a connection. */
export function peerOf(request: Dispatcher.DispatchOptions): string | undefined {
  return peers.get(request)?.();
}

/** One kept connection that knows where it leads: a pool tells nobody which of its connections took a request. */
export class PeerClient extends Client {
  #peer: string | undefined;

  constructor(origin: URL, connect: buildConnector.connector, options: Omit<Client.Options, "connect">) {
    super(origin, {
      ...options,
      connect: (target, done) =>
        connect(target, (...[error, socket]: [Error, null] | [null, Socket]) => {
          if (error !== null) return done(error, null);
          this.#peer = addressOf(socket);
          // An alert of TLS 1.3 comes after the handshake and before the end, which would be told in its place.
          socket.once("error", (fault) => socket.destroy(fault));
          done(null, socket);
        }),
    });
  }

  override dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    peers.set(request, () => this.#peer);
    return super.dispatch(request, handler);
  }
}
