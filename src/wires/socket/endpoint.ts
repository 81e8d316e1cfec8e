import { readFileSync } from "node:fs";
import type { SecureContextOptions } from "node:tls";
import type { Target } from "../../model/plan.ts";

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Undefined: plain TCP. */
  readonly tls: TlsOptions | undefined;
  /** Local addresses, in turn. */
  readonly from?: Target["from"];
}

export interface TlsOptions {
  /** PEM; undefined: the system's authorities. */
  readonly ca: string | undefined;
  readonly serverName: string | undefined;
  readonly insecure: boolean;
  /** PEM pair of the device; undefined: no client certificate. */
  readonly identity: { readonly certificate: string; readonly privateKey: string } | undefined;
}

/** Where devices connect to. Reads the CA file once, so make one endpoint and keep it. */
export function endpointOf({ host, port, tls, from }: Pick<Target, "host" | "port" | "tls" | "from">): Endpoint {
  return { host, port, tls: tls && tlsOptionsOf(tls), from };
}

/** Reads the CA file. Throws the file system's error if it cannot be read. */
export function tlsOptionsOf({ caFile, serverName, insecure }: NonNullable<Target["tls"]>): TlsOptions {
  return {
    ca: caFile === undefined ? undefined : readFileSync(caFile, "utf8"),
    serverName,
    insecure,
    identity: undefined,
  };
}

/** The part of Node's own options that says whom to trust and who one is. */
export function trustOf({ ca, identity }: TlsOptions): Pick<SecureContextOptions, "ca" | "cert" | "key"> {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.privateKey }),
  };
}
