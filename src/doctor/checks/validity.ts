import type { Check } from "../check.ts";
import { ok, problem, warning } from "../finding.ts";
import { handshakeOf } from "./certificate.ts";

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;

/** Looks at every certificate that the server sent: the one that ends first counts. */
export const validity: Check = {
  name: "validity",
  judge(seen) {
    const chain = handshakeOf(seen)?.chain ?? [];
    const [first] = chain.toSorted((a, b) => a.validTo - b.validTo);
    if (first === undefined) return [];
    const now = seen.examinedAt;
    const early = chain.find(({ validFrom }) => validFrom > now);
    if (early !== undefined) {
      const fix = "Set this machine's clock, or give the server a certificate that is valid now.";
      return [problem(`${early.subject} is valid from ${day(early.validFrom)} on only`, fix)];
    }
    const days = Math.floor((first.validTo - now) / DAY_MS);
    if (days < 0) {
      return [problem(`${first.subject} ended on ${day(first.validTo)}`, "Give the server a new certificate.")];
    }
    const found = `valid until ${day(first.validTo)}, ${days} days`;
    return [days < SOON_DAYS ? warning(found, "Renew it: what is timed today must still connect then.") : ok(found)];
  },
};

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
