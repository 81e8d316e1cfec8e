import { X509Certificate } from "node:crypto";
import { checkServerIdentity, type DetailedPeerCertificate, TLSSocket } from "node:tls";
import type { Target, TlsPlan } from "../../model/plan.ts";
import type { ClientIdentity } from "../../wires/socket/endpoint.ts";
import { openSocket } from "../../wires/socket/socket.ts";
import type { CertificateFacts, Handshake, TlsVisit } from "../examination.ts";

/** Certificates of authorities, by the file they are in. */
export interface Authority {
  readonly file: string;
  readonly pem: string;
}

export interface TlsInspection {
  readonly target: Pick<Target, "host" | "port" | "proxyProtocol">;
  readonly tls: Pick<TlsPlan, "serverName">;
  /** Whom the server is shown. */
  readonly identity: ClientIdentity | undefined;
  /** Text of the file `tls.caFile`; undefined: the system's authorities. */
  readonly ca: string | undefined;
  /** Those that might make an untrusted server trusted; read only for one. */
  readonly authorities: () => Promise<readonly Authority[]>;
  readonly timeoutMs: number;
}

/** A handshake that ends whatever is wrong with the certificate, so that all of it can be told. */
export async function inspectTls(inspection: TlsInspection, stop: AbortSignal): Promise<TlsVisit> {
  const { target, tls, ca } = inspection;
  const expectedName = tls.serverName ?? target.host.replace(/%.*$/, "");
  const shaken = await shakeHands(inspection, stop);
  if ("detail" in shaken) return { kind: "failed", detail: shaken.detail };
  const { socket } = shaken;
  try {
    const peer = socket.getPeerCertificate(true);
    const chain = chainOf(peer);
    const facts = chain.map(factsOf);
    // The name is judged apart from the authority.
    const error = socket.authorized ? undefined : String(socket.authorizationError);
    const distrust = error === "ERR_TLS_CERT_ALTNAME_INVALID" ? undefined : error;
    const trustedWith = distrust === undefined ? [] : trusting(chain, await inspection.authorities());
    const mismatch = checkServerIdentity(expectedName, peer);
    const handshake: Handshake = {
      protocol: socket.getProtocol() ?? "unknown",
      cipher: socket.getCipher().name,
      chain: facts,
      distrust,
      trustedWith,
      expectedName,
      nameMismatch: mismatch?.message,
      names: namesOf(peer),
      ownAuthorities: ca === undefined ? [] : certificatesIn(ca).map(({ subject }) => oneLine(subject)),
    };
    return { kind: "handshake", handshake };
  } finally {
    socket.destroy();
  }
}

function shakeHands(
  { target: { host, port, proxyProtocol }, tls, ca, identity, timeoutMs }: TlsInspection,
  stop: AbortSignal,
): Promise<{ readonly socket: TLSSocket } | { readonly detail: string }> {
  return new Promise((resolve, reject) => {
    stop.throwIfAborted();
    const trust = { ca, serverName: tls.serverName, insecure: true };
    const socket = openSocket({ host, port, tls: { ...trust, identity }, proxyProtocol }, () => {
      if (socket instanceof TLSSocket) settle(() => resolve({ socket }));
    });
    const deadline = setTimeout(() => fail(`no handshake within ${timeoutMs} ms`), timeoutMs);
    stop.addEventListener("abort", onStop);
    socket.on("error", (error) => fail(error.message));
    socket.on("close", () => fail("the server closed the connection during the handshake"));

    function onStop(): void {
      socket.destroy();
      settle(() => reject(stop.reason));
    }

    function fail(detail: string): void {
      socket.destroy();
      settle(() => resolve({ detail }));
    }

    function settle(how: () => void): void {
      clearTimeout(deadline);
      stop.removeEventListener("abort", onStop);
      how();
    }
  });
}

/** As the server sent it: the authority's own only if it did. */
function chainOf(peer: DetailedPeerCertificate): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  const seen = new Set<string>();
  for (let next: DetailedPeerCertificate | undefined = peer; next?.raw !== undefined; next = next.issuerCertificate) {
    if (seen.has(next.fingerprint256)) break;
    seen.add(next.fingerprint256);
    chain.push(new X509Certificate(next.raw));
  }
  return chain;
}

function factsOf(certificate: X509Certificate): CertificateFacts {
  const { subject, issuer, fingerprint256, validFromDate, validToDate } = certificate;
  return {
    subject: oneLine(subject),
    issuer: oneLine(issuer),
    selfSigned: subject === issuer && certificate.verify(certificate.publicKey),
    validFrom: validFromDate.getTime(),
    validTo: validToDate.getTime(),
    fingerprint: fingerprint256,
  };
}

/** Files of which a certificate has signed the last of the chain, or is in it. */
function trusting(chain: readonly X509Certificate[], authorities: readonly Authority[]): readonly string[] {
  const last = chain.at(-1);
  if (last === undefined) return [];
  const signs = (authority: X509Certificate): boolean =>
    chain.some(({ fingerprint256 }) => fingerprint256 === authority.fingerprint256) ||
    (authority.ca && last.checkIssued(authority) && last.verify(authority.publicKey));
  return authorities.filter(({ pem }) => certificatesIn(pem).some(signs)).map(({ file }) => file);
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

function certificatesIn(pem: string): readonly X509Certificate[] {
  return (pem.match(CERTIFICATE) ?? []).flatMap((text) => {
    try {
      return [new X509Certificate(text)];
    } catch {
      return [];
    }
  });
}

function namesOf(peer: DetailedPeerCertificate): readonly string[] {
  const alternatives = (peer.subjectaltname ?? "").split(", ").filter((text) => text !== "");
  if (alternatives.length > 0) return alternatives.map((text) => text.replace(/^(?:DNS|IP Address):/, ""));
  return typeof peer.subject.CN === "string" ? [peer.subject.CN] : [];
}

/** A distinguished name, its parts on one line. */
function oneLine(name: string): string {
  return name.replaceAll("\n", ", ");
}
