import { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";

/** What a TLS client showed of itself; certificates as one line of base64 of their DER. */
export interface PeerCertificates {
  readonly leaf: string;
  /** Leaf first. */
  readonly chain: readonly string[];
  /** Each is signed by the next, as it says. */
  readonly consistent: boolean;
  readonly commonName: string;
  readonly expired: boolean;
}

/** Undefined: the client has no certificate. `now`: milliseconds since 1970. */
export function readPeerCertificates(socket: TLSSocket, now: number): PeerCertificates | undefined {
  const leaf = socket.getPeerCertificate(true) as DetailedPeerCertificate | Record<string, never>;
  if (!isCertificate(leaf)) return undefined;
  const chain: string[] = [];
  const seen = new Set<string>();
  // A root is its own issuer.
  for (let next: DetailedPeerCertificate | undefined = leaf; next !== undefined; next = next.issuerCertificate) {
    if (seen.has(next.fingerprint256)) break;
    seen.add(next.fingerprint256);
    chain.push(next.raw.toString("base64"));
  }
  const commonName = leaf.subject.CN;
  return {
    leaf: leaf.raw.toString("base64"),
    chain,
    consistent: isConsistent(chain),
    commonName: typeof commonName === "string" ? commonName : "",
    expired: Date.parse(leaf.valid_to) < now || Date.parse(leaf.valid_from) > now,
  };
}

function isConsistent(chain: readonly string[]): boolean {
  const certificates = chain.map((base64) => new X509Certificate(Buffer.from(base64, "base64")));
  return certificates.every((each, index) => {
    const next = certificates[index + 1];
    return next === undefined || each.verify(next.publicKey);
  });
}

function isCertificate(
  certificate: DetailedPeerCertificate | Record<string, never>,
): certificate is DetailedPeerCertificate {
  return "raw" in certificate;
}
