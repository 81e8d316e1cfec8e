import type { Plan } from "../../model/plan.ts";
import { printable } from "../../writing/text-width.ts";
import type { Check } from "../check.ts";
import type { Examination, Probe } from "../examination.ts";
import { judgeFact } from "../fact.ts";
import { type Finding, ok, problem } from "../finding.ts";
import { milliseconds } from "../wording.ts";
import { profileOf } from "./profile.ts";

/** One device, provisioned as the run will do it. */
export const provisioning: Check = {
  name: "provisioning",
  judge: (seen) => [judgeFact(seen.probe, (probe) => judge(probe, seen))],
};

function judge({ device, answer, prepared }: Probe, seen: Examination): Finding {
  const name = printable(device);
  const { strategy } = seen.plan.provisioning;
  switch (answer.state) {
    case "provisioned": {
      const found = `${name}: SUCCESS, ${answer.credentialsType}, in ${milliseconds(answer.roundTripMs)}`;
      return strategy === "disabled"
        ? problem(`${found}, though the scenario's strategy is disabled`, STRATEGY_FIX)
        : ok(found);
    }
    case "rejected": {
      const found = `${name}: ${answer.status}, "${printable(answer.message)}", in ${milliseconds(answer.roundTripMs)}`;
      if (strategy === "disabled" && answer.status === "NOT_FOUND")
        return ok(`${found}, as the scenario's strategy wants`);
      if (strategy === "pre-provisioned" && answer.status === "FAILURE" && !prepared) {
        return ok(`${found}: right for a name that does not exist, and only with the right key and secret`);
      }
      return problem(found, answer.status === "NOT_FOUND" ? notFoundFix(seen) : failureFix(seen));
    }
    case "failed":
      return problem(`${name}: ${answer.kind}, ${printable(answer.detail)}`, failedFix(answer, seen.plan));
  }
}

const STRATEGY_FIX = "Correct provisioning.strategy, or the profile's.";

/** The server does not tell a wrong key, a wrong secret and a disabled strategy apart; its administrator can. */
function notFoundFix(seen: Examination): string {
  if (profileOf(seen) !== undefined) return "See profile, strategy and secret above.";
  if (seen.profile.known) return "See profile above.";
  return "Key unknown, secret wrong or provisioning disabled: the server says no more. With an administrator (--admin-url, --admin-user) it is told apart.";
}

function failureFix(seen: Examination): string {
  const { usage, plan } = seen;
  const own = profileOf(seen);
  if (own !== undefined && own.strategy !== plan.provisioning.strategy) return "See strategy above.";
  if (plan.provisioning.strategy === "x509-chain") {
    const pattern = own?.chain === undefined ? "the profile's" : own.chain.namePattern;
    return `Check that the pattern ${pattern} takes a name from ${plan.provisioning.chain?.commonName ?? "the common name"}, and the authority.`;
  }
  if (usage.known && usage.value.maxDevices > 0 && usage.value.devices >= usage.value.maxDevices) {
    return "The tenant is full: see device limit above.";
  }
  if (plan.fleet.mix.some(({ type }) => type === "mqtt-basic")) {
    return "See the server's log. Credentials that exist already and a full tenant are refused like this.";
  }
  return "See the server's log: the device could not be created.";
}

function failedFix({ kind }: Extract<Probe["answer"], { state: "failed" }>, { target }: Plan): string {
  switch (kind) {
    case "acknowledged-not-answered":
    case "server-error":
    case "answer-timeout":
      return "The server took the request and did not answer: see its log, and whether its database keeps up.";
    case "rate-limited":
      return "Wait, or raise the limit: of the tenant's profile, or of a proxy before the server.";
    case "request-refused":
      return target.payload === "protobuf" ? "See target.payload and the server's log." : "See the server's log.";
    default:
      return "See the server's log, and what lies between here and there.";
  }
}
