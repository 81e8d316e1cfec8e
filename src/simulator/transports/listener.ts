import type { AddressInfo, Server } from "node:net";
import { RollcallError } from "../../model/error.ts";

/** Connections that may wait to be accepted; the kernel caps it at net.core.somaxconn. */
const BACKLOG = 16_384;

const MOST_PORT = 65_535;

/** Throws RollcallError "simulator-listen": Node's own message is of no use, and for UDP it takes any number. */
export function requirePort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= MOST_PORT) return;
  throw new RollcallError(
    "simulator-listen",
    `${port} is no port.`,
    `Choose one from 1 to ${MOST_PORT}, or 0 for any.`,
  );
}

/** Resolves with the port once the server listens. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  requirePort(port);
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
