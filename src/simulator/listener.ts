import type { AddressInfo, Server } from "node:net";
import { RollcallError } from "../model/error.ts";

/** Connections that may wait to be accepted; the kernel caps it at net.core.somaxconn. */
const BACKLOG = 16_384;

/** Resolves with the port once the server listens. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      reject(
        new RollcallError(
          "simulator-listen",
          `The simulator cannot listen on ${host}:${port}: ${cause.message}`,
          "Choose a free port, or 0 for any.",
          undefined,
          cause,
        ),
      );
    };
    server.once("error", fail);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off("error", fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Resolves when no more connections come; open ones are the caller's. */
export function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
