import type { Check } from "../check.ts";
import type { CertificateFacts, Examination, Handshake } from "../examination.ts";
import { judgeFact } from "../fact.ts";
import { type Finding, ok, problem, warning } from "../finding.ts";

/** Who issued the server's certificate, and whether that is somebody whom the scenario trusts. */
export const certificate: Check = {
  name: "certificate",
  judge: ({ tls, plan }) => [
    judgeFact(tls, (visit) =>
      visit.kind === "failed"
        ? problem(
            `no TLS with the server: ${visit.detail}`,
            "Check that this port speaks TLS; if not, leave target.tls out.",
          )
        : judge(visit.handshake, plan.target.tls?.insecure === true),
    ),
  ],
};

function judge(handshake: Handshake, insecure: boolean): Finding {
  const { chain, distrust } = handshake;
  const issued = chainText(chain);
  if (distrust === undefined) return ok(issued);
  if (insecure) {
    return warning(
      `${issued}; not trusted (${distrust}), and target.tls.insecure accepts anyone who answers`,
      `${authorityFix(handshake)} Then leave target.tls.insecure out.`,
    );
  }
  return problem(`${issued}; not trusted: ${distrust}`, authorityFix(handshake));
}

/** "localhost, issued by rollcall CA". */
function chainText(chain: readonly CertificateFacts[]): string {
  const [own] = chain;
  if (own === undefined) return "the server showed no certificate";
  if (own.selfSigned) return `${own.subject}, which issued itself`;
  const issuers = chain.slice(1).map(({ subject }) => subject);
  const last = chain.at(-1);
  if (last !== undefined && !last.selfSigned && issuers.at(-1) !== last.issuer) issuers.push(last.issuer);
  return `${own.subject}, issued by ${issuers.join(", by ")}`;
}

function authorityFix({ chain, trustedWith, ownAuthorities }: Handshake): string {
  const [file] = trustedWith;
  if (file !== undefined) return `Set target.tls.ca to ${file}: it holds the authority.`;
  const last = chain.at(-1);
  const trusted = ownAuthorities.length === 0 ? "" : ` (target.tls.ca has ${ownAuthorities.join("; ")})`;
  if (last === undefined) return "Give the server a certificate.";
  if (last.selfSigned) {
    return `Put the certificate of ${last.subject}, SHA-256 ${last.fingerprint.slice(0, 23)}…, into a PEM file and name it in target.tls.ca${trusted}.`;
  }
  return `Ask whoever runs the server for the certificate of ${last.issuer}, as a PEM file, and name it in target.tls.ca${trusted}.`;
}

/** The handshake, where there was one. */
export function handshakeOf({ tls }: Examination): Handshake | undefined {
  return tls.known && tls.value.kind === "handshake" ? tls.value.handshake : undefined;
}
