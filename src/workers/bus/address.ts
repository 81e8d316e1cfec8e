import { isIP } from "node:net";
import { RollcallError } from "../../model/error.ts";
import type { Secret } from "../../model/secret.ts";

export interface BusAddress {
  /** nats:// or tls://, several with commas between them; without a password. */
  readonly url: string;
  /** Contents of the files that the user named. */
  readonly creds?: Secret | undefined;
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: Secret | undefined;
}

/** The addresses of a bus, as typed. Throws RollcallError "bus-address" or "bus-password". */
export function requireBusUrls(typed: string): readonly string[] {
  const servers = typed.split(",").map((each) => each.trim());
  for (const server of servers) requireUrl(server);
  return servers;
}

/** A host, and perhaps its port. */
const WITHOUT_SCHEME = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i;

/** A password in an option can be read in the list of processes. */
function requireUrl(server: string): void {
  if (server === "") throw new RollcallError("bus-address", "--bus has no address.", "Give one like nats://host:4222.");
  const url = /^[a-z]+:\/\/[^/]/i.test(server) ? URL.parse(server) : null;
  if (url === null) {
    const hint = WITHOUT_SCHEME.test(server) ? `Write nats://${server}.` : "Give one like nats://host:4222.";
    throw new RollcallError("bus-address", `--bus ${server}: that is no address.`, hint);
  }
  if (url.protocol !== "nats:" && url.protocol !== "tls:") {
    throw new RollcallError(
      "bus-address",
      `--bus ${url.protocol}//${url.host}: NATS is spoken over nats:// or tls://.`,
      "Give an address like nats://host:4222.",
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new RollcallError(
      "bus-password",
      `--bus has a user or a password in it (${url.protocol}//…@${url.host}): everybody on this machine can read it in the list of processes.`,
      "Give the address alone, and a credentials file with --bus-creds.",
    );
  }
}

/** Of an address that `requireBusUrls` took. */
export function isLoopback(server: string): boolean {
  const { hostname } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, "");
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
