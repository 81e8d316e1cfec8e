import { readFileSync, statSync } from "node:fs";
import type { SecureContextOptions } from "node:tls";
import { reasonOf, RollcallError } from "../../model/error.ts";
import type { Target } from "../../model/plan.ts";

export interface Endpoint {
  readonly host: string;
  /** Where it was found beforehand; absent: it is looked up. */
  readonly address?: string | undefined;
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
export function endpointOf(target: Pick<Target, "host" | "address" | "port" | "tls" | "from">): Endpoint {
  const { host, address, port, tls, from } = target;
  return { host, address, port, tls: tls && tlsOptionsOf(tls), from };
}

/** More than any file of certificates; a system's whole store has a quarter of it. */
const MOST_AUTHORITY_BYTES = 1_048_576;

/** A PEM file of authorities. Throws RollcallError "authority-file": a device or a pipe, which a plan may name, has no end. */
export function readAuthority(file: string): string {
  try {
    const found = statSync(file);
    if (!found.isFile()) throw new Error("it is not a file");
    if (found.size > MOST_AUTHORITY_BYTES) throw new Error("it has more than 1 MiB");
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new RollcallError(
      "authority-file",
      `The authority ${file} cannot be read: ${reasonOf(error)}.`,
      "Name a PEM file that this user may read as tls.ca.",
    );
  }
}

/** Reads the CA file. Throws RollcallError "authority-file". */
export function tlsOptionsOf({ caFile, serverName, insecure }: NonNullable<Target["tls"]>): TlsOptions {
  return {
    ca: caFile === undefined ? undefined : readAuthority(caFile),
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
