import type { Check } from "../check.ts";
import { ok, problem, warning } from "../finding.ts";
import { handshakeOf } from "./certificate.ts";

export const serverName: Check = {
  name: "server name",
  judge(seen) {
    const handshake = handshakeOf(seen);
    if (handshake === undefined) return [];
    const { expectedName, nameMismatch, names } = handshake;
    if (nameMismatch === undefined) return [ok(`the certificate is for ${expectedName}`)];
    const found = `the certificate is not for ${expectedName} but for ${names.join(", ") || "no name at all"}`;
    const [first] = names.filter((name) => !name.includes("*"));
    const fix =
      first === undefined
        ? "Reach the server under a name of its certificate, or give it one for this name."
        : `Set target.tls.serverName to ${first}, or reach the server under that name.`;
    return [seen.plan.target.tls?.insecure === true ? warning(found, fix) : problem(found, fix)];
  },
};
