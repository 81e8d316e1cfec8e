import { readFileSync, statSync } from "node:fs";
import type { SecureContextOptions } from "node:tls";
import { reasonOf, RollcallError } from "../../model/error.ts";
import type { ProxyVersion, Target, TlsPlan } from "../../model/plan.ts";
import { Secret } from "../../model/secret.ts";

export interface Endpoint {
  readonly host: string;
  /** Where it was found beforehand; absent: it is looked up. */
  readonly address?: string | undefined;
  readonly port: number;
  /** Undefined: plain TCP. */
  readonly tls: TlsOptions | undefined;
  /** Said before anything else, TLS included. */
  readonly proxyProtocol?: ProxyVersion | undefined;
  /** Local addresses, in turn. */
  readonly from?: Target["from"];
}

export interface TlsOptions {
  /** PEM; undefined: the system's authorities. */
  readonly ca: string | undefined;
  readonly serverName: string | undefined;
  readonly insecure: boolean;
  /** PEM pair; undefined: no client certificate. */
  readonly identity: ClientIdentity | undefined;
}

export interface ClientIdentity {
  /** Those that signed it may follow. */
  readonly certificate: string;
  readonly privateKey: Secret;
}

/** Where devices connect to. Reads the files of TLS once, so make one endpoint and keep it. */
export function endpointOf(
  target: Pick<Target, "host" | "address" | "port" | "tls" | "from" | "proxyProtocol">,
): Endpoint {
  const { host, address, port, tls, from, proxyProtocol } = target;
  const header = proxyProtocol === undefined ? {} : { proxyProtocol };
  return { host, address, port, tls: tls && tlsOptionsOf(tls), from, ...header };
}

/** More than any file of certificates; a system's whole store has a quarter of it. */
const MOST_PEM_BYTES = 1_048_576;

/** A PEM file of authorities. Throws RollcallError "authority-file". */
export function readAuthority(file: string): string {
  return readPem(file, "authority-file", "authority", "tls.ca");
}

/** The files of a client's certificate and its key. Throws RollcallError "client-certificate". */
export function readIdentity({ certificateFile, keyFile }: NonNullable<TlsPlan["identity"]>): ClientIdentity {
  return {
    certificate: readPem(certificateFile, "client-certificate", "client certificate", "tls.cert"),
    privateKey: new Secret(readPem(keyFile, "client-certificate", "client certificate's key", "tls.key")),
  };
}

/** A device or a pipe, which a plan may name, has no end. */
function readPem(file: string, code: "authority-file" | "client-certificate", what: string, field: string): string {
  try {
    const found = statSync(file);
    if (!found.isFile()) throw new Error("it is not a file");
    if (found.size > MOST_PEM_BYTES) throw new Error("it has more than 1 MiB");
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new RollcallError(
      code,
      `The ${what} ${file} cannot be read: ${reasonOf(error)}.`,
      `Name a PEM file that this user may read as ${field}.`,
    );
  }
}

/** Reads the files that it names. Throws RollcallError "authority-file" or "client-certificate". */
export function tlsOptionsOf({ caFile, serverName, insecure, identity }: TlsPlan): TlsOptions {
  return {
    ca: caFile === undefined ? undefined : readAuthority(caFile),
    serverName,
    insecure,
    identity: identity && readIdentity(identity),
  };
}

/** The part of Node's own options that says whom to trust and who one is. */
export function trustOf({ ca, identity }: TlsOptions): Pick<SecureContextOptions, "ca" | "cert" | "key"> {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.privateKey.reveal() }),
  };
}

/** As undici and Node take them; `tls` undefined: none. Reads the files that it names, throws as tlsOptionsOf. */
export function connectOptionsOf(tls: TlsPlan | undefined) {
  if (tls === undefined) return {};
  return {
    rejectUnauthorized: !tls.insecure,
    ...trustOf(tlsOptionsOf(tls)),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
}
