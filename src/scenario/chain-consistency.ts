import type { Plan } from "../model/plan.ts";
import { longestName } from "./fleet-plan.ts";
import type { Problem } from "./problem.ts";
import type { Scenario } from "./schema.ts";

/** X.520: a longer common name is none. */
const LONGEST_COMMON_NAME = 64;
/** Those that need no request. */
const POSSIBLE: readonly string[] = ["slow-socket", "half-open-socket"];

/**
 * What strategy x509-chain rules out: the TLS login itself provisions, so there is no request, and of a device the server
 * learns its certificate and nothing else.
 */
export function checkChain(
  { provisioning, target, fleet, prefix }: Omit<Plan, "hash">,
  scenario: Scenario,
  problems: Problem[],
  warnings: string[],
): void {
  if (provisioning.strategy !== "x509-chain") return;
  const problem = (path: readonly string[], value: string | undefined, fix: string) =>
    problems.push({ path, value, fix, judgedBy: ["provisioning", "target", "fleet", "load"] });

  if (target.transport !== "mqtt") {
    problem(["target", "transport"], target.transport, "strategy x509-chain is a login over MQTT: write mqtt");
  } else if (target.tls === undefined) {
    problem(["target", "tls"], undefined, "a certificate is shown over TLS only: set target.tls");
  }
  if (target.tls?.identity !== undefined) {
    const fix = "with strategy x509-chain each device shows a certificate of its own: leave out cert and key";
    problem(["target", "tls", "cert"], undefined, fix);
  }
  if (target.payload !== "json") {
    problem(["target", "payload"], target.payload, "strategy x509-chain has no request to encode: leave it out");
  }
  if (fleet.mix.some(({ type }) => type !== "x509")) {
    problem(["fleet", "credentials"], undefined, "with strategy x509-chain every device has a certificate: write x509");
  }
  if (fleet.mix.some((entry) => entry.type === "x509" && entry.form !== "pem")) {
    problem(["fleet", "credentials"], undefined, "the TLS handshake has one form for a certificate: leave form out");
  }
  if (fleet.gateway) problem(["fleet", "gateway"], "true", "a certificate cannot ask for a gateway: leave it out");
  if (fleet.names.from === "server" || fleet.names.from === "blank") {
    problem(["fleet", "names"], fleet.names.from, "the device's name is taken from its certificate: give fleet.name");
  }
  for (const { kind, share } of fleet.misbehaviours) {
    if (share === 0 || POSSIBLE.includes(kind)) continue;
    const fix = `strategy x509-chain has no request that could be wrong: only ${POSSIBLE.join(" and ")} are possible`;
    problem(["fleet", "misbehaviours", kind], undefined, fix);
  }
  const { key, secret } = scenario.provisioning;
  if (key !== undefined || secret !== undefined) {
    warnings.push(
      "provisioning.key and provisioning.secret are not used by strategy x509-chain, which has a certificate",
    );
  }
  const tooLong = commonNameTooLong(provisioning.chain?.commonName, fleet, prefix);
  if (tooLong !== undefined) {
    const fix = `"${tooLong}" has more than ${LONGEST_COMMON_NAME} characters, the longest common name: shorten the names`;
    problem(["provisioning", "chain", "commonName"], provisioning.chain?.commonName, fix);
  }
}

/** The first common name that does not fit; undefined: all fit. */
function commonNameTooLong(pattern: string | undefined, fleet: Plan["fleet"], prefix: string): string | undefined {
  const { names } = fleet;
  const listed = names.from === "list" ? names.names : [];
  const candidates = names.from === "pattern" ? [longestName(names.pattern, prefix, fleet)] : listed;
  return candidates
    .map((name) => (pattern ?? "{name}").replaceAll("{name}", () => name))
    .find((commonName) => commonName.length > LONGEST_COMMON_NAME);
}
