import { inspectTls } from "../../doctor/visits/inspect-tls.ts";
import type { Handshake } from "../../doctor/examination.ts";
import { RollcallError } from "../../model/error.ts";
import type { ProxyVersion } from "../../model/plan.ts";
import { hostAndPort } from "../../model/target.ts";
import { boundedText } from "../../wires/server-text.ts";
import { type TlsOptions, tlsOptionsOf } from "../../wires/socket/endpoint.ts";
import { type ConformanceTarget, readHttp } from "./conformance-target.ts";

const TIMEOUT_MS = 10_000;
const MOST_NAMES = 5;

/**
 * Looks at the certificate of every address that is reached over TLS, before anything is made there. Without this, each
 * case over TLS would show a row of its own for the one cause. Throws RollcallError "conformance-certificate".
 * A server that does not come to a handshake is left to the cases: it may be what differs.
 */
export async function requireTrust(target: ConformanceTarget, stop: AbortSignal): Promise<void> {
  const visits = securedOf(target).map(async ({ address, tls, ...place }) => {
    const { ca, serverName, identity } = tls;
    const inspection = { ca, identity, authorities: () => Promise.resolve([]), timeoutMs: TIMEOUT_MS };
    const visit = await inspectTls({ ...inspection, target: place, tls: { serverName } }, stop);
    return visit.kind === "failed" ? undefined : distrusted(address, visit.handshake);
  });
  const wrong = (await Promise.all(visits)).find((error) => error !== undefined);
  if (wrong !== undefined) throw wrong;
}

interface Secured {
  /** For people. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  readonly tls: TlsOptions;
  readonly proxyProtocol?: ProxyVersion | undefined;
}

type Place = Pick<Secured, "host" | "port" | "proxyProtocol">;

/** Each address once; those of whom any certificate is good are left out. */
function securedOf({ endpoint, tls, http, admin }: ConformanceTarget): readonly Secured[] {
  const found = new Map<string, Secured>();
  const add = (scheme: string, { host, port, proxyProtocol }: Place, trust: TlsOptions): void => {
    const address = `${scheme}://${hostAndPort(host, port)}`;
    if (!trust.insecure) found.set(address, { address, host, port, proxyProtocol, tls: trust });
  };
  for (const each of [endpoint, tls]) {
    if (each?.tls !== undefined) add("mqtts", each, each.tls);
  }
  for (const each of [http, admin === undefined ? undefined : readHttp(admin.url, admin.tls)]) {
    if (each?.tls !== undefined) add("https", each, tlsOptionsOf(each.tls));
  }
  return [...found.values()];
}

/** Undefined: it is trusted, and has the name. */
function distrusted(address: string, handshake: Handshake): RollcallError | undefined {
  const { distrust, nameMismatch } = handshake;
  if (distrust === undefined && nameMismatch === undefined) return undefined;
  const [cause, fix] = distrust === undefined ? wrongName(handshake) : untrusted(distrust, handshake);
  return new RollcallError(
    "conformance-certificate",
    `The certificate of ${address} is not trusted: ${cause}. No case was tried.`,
    fix,
  );
}

function wrongName({ expectedName, names }: Handshake): readonly [cause: string, fix: string] {
  const shown = boundedText(names.slice(0, MOST_NAMES).join(", "));
  const more = names.length > MOST_NAMES ? `, and ${names.length - MOST_NAMES} more` : "";
  return names.length === 0
    ? [`it has no name at all, and not ${expectedName}`, "Give the server a certificate for this name."]
    : [
        `it is not for ${expectedName} but for ${shown}${more}`,
        "Reach the server under a name of its certificate, or give it a certificate for this name.",
      ];
}

/** `distrust`: OpenSSL's code. */
function untrusted(distrust: string, { chain }: Handshake): readonly [cause: string, fix: string] {
  const issuer = boundedText(chain.at(-1)?.issuer ?? "nobody");
  switch (distrust) {
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return ["it is self-signed", "Give this certificate itself, as a PEM file, with --ca (tls.ca in a scenario)."];
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return [
        `its authority, ${issuer}, is unknown here`,
        "Give the authority's certificate, as a PEM file, with --ca (tls.ca in a scenario).",
      ];
    case "CERT_HAS_EXPIRED":
      return ["it has expired", "Give the server a new certificate, or check this machine's clock."];
    case "CERT_NOT_YET_VALID":
      return ["it is not valid yet", "Check this machine's clock, or give the server a certificate that is valid now."];
    default:
      return [
        boundedText(distrust),
        "Give its authority, as a PEM file, with --ca (tls.ca in a scenario), or put right what this names.",
      ];
  }
}
