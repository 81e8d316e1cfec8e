import type { Check } from "../check.ts";
import { ok, warning } from "../finding.ts";
import { handshakeOf } from "./certificate.ts";

const GOOD: readonly string[] = ["TLSv1.2", "TLSv1.3"];

export const tlsVersion: Check = {
  name: "TLS version",
  judge(seen) {
    const handshake = handshakeOf(seen);
    if (handshake === undefined) return [];
    const found = `${handshake.protocol}, ${handshake.cipher}`;
    if (GOOD.includes(handshake.protocol)) return [ok(found)];
    return [warning(found, "Let the server offer TLS 1.2 or 1.3: devices may refuse older ones.")];
  },
};
