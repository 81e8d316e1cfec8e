import type { Socket } from "node:net";

/** Ends connections with RST, those under TLS too. */
export interface Resets {
  /** A connection as TCP has it, before TLS is put over it. */
  take(raw: Socket): void;
  reset(socket: Socket): void;
}

/**
 * Node resets a TCP socket only: one of TLS throws. And it must not be asked to reset one that is ending: libuv refuses
 * (EINVAL, for a shutdown is on its way), and the descriptor is never closed after that.
 */
export function createResets(): Resets {
  const raws = new Map<string, Socket>();
  return {
    take: (raw) => {
      const key = keyOf(raw);
      raws.set(key, raw);
      raw.once("close", () => {
        if (raws.get(key) === raw) raws.delete(key);
      });
    },
    reset: (socket) => {
      const raw = isEncrypted(socket) ? raws.get(keyOf(socket)) : socket;
      if (raw === undefined || raw.destroyed || socket.writableEnded || raw.writableEnded) socket.destroy();
      else raw.resetAndDestroy();
    },
  };
}

function keyOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}

/** Over TLS, as Node's documentation of `encrypted` has it; its class would load all of node:tls. */
export function isEncrypted(socket: Socket): boolean {
  return "encrypted" in socket;
}
