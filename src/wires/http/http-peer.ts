import type { Socket } from "node:net";
import { type buildConnector, Client, type Dispatcher } from "undici";
import { peerOf as addressOf } from "../socket/socket.ts";

/** Connects as the client asks; `leaves` is told the local address, where one was chosen. */
export type Connector = (
  options: buildConnector.Options,
  done: buildConnector.Callback,
  leaves: (source: string) => void,
) => void;

/** The connection that a request was given to, which knows its addresses. */
const carriers = new WeakMap<Dispatcher.DispatchOptions, PeerClient>();

/** The address that a request went to, from its beginning on; undefined: it never came to a connection. */
export function peerOf(request: Dispatcher.DispatchOptions): string | undefined {
  return carriers.get(request)?.peer;
}

/** The local address of its connection, or of the one that was tried for it; undefined: none was chosen. */
export function sourceOf(request: Dispatcher.DispatchOptions): string | undefined {
  return carriers.get(request)?.source;
}

/** One kept connection that knows where it leads: a pool tells nobody which of its connections took a request. */
export class PeerClient extends Client {
  peer: string | undefined;
  source: string | undefined;

  constructor(origin: URL, connect: Connector, options: Omit<Client.Options, "connect">) {
    super(origin, {
      ...options,
      connect: (target, done) =>
        connect(
          target,
          (...[error, socket]: [Error, null] | [null, Socket]) => {
            if (error !== null) return done(error, null);
            this.peer = addressOf(socket);
            // An alert of TLS 1.3 comes after the handshake and before the end, which would be told in its place.
            socket.once("error", (fault) => socket.destroy(fault));
            done(null, socket);
          },
          (source) => {
            this.source = source;
          },
        ),
    });
  }

  override dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    carriers.set(request, this);
    return super.dispatch(request, handler);
  }
}
