import type { FailureKind, Verdict } from "../../model/outcome.ts";
import { printable } from "../../writing/text-width.ts";
import type { Check } from "../check.ts";
import type { Examination } from "../examination.ts";
import { judgeFact } from "../fact.ts";
import { type Finding, notChecked, ok, problem } from "../finding.ts";
import { profileOf } from "./profile.ts";

/** The login of the device that was just provisioned: SUCCESS is not yet a device that can connect. */
export const login: Check = {
  name: "login",
  judge: (seen) => [
    judgeFact(seen.probe, ({ answer, login: verdict }) => {
      if (verdict !== undefined) return judge(verdict, seen);
      if (seen.plan.rollCall.when === "off") return notChecked("the scenario's rollCall is off");
      return notChecked(answer.state === "provisioned" ? "not tried" : "no device was provisioned that could log in");
    }),
  ],
};

function judge(verdict: Verdict, seen: Examination): Finding {
  switch (verdict.state) {
    case "connected":
      return ok("let in with the credentials that were issued");
    case "mute":
      return problem(
        `let in, and could not speak: ${verdict.kind}: ${printable(verdict.detail)}`,
        "The server takes the session and not what is said in it: see its log, the tenant's rate limits and its queue.",
      );
    case "refused":
      return problem(
        `refused with the credentials that were issued: ${verdict.reason}`,
        "The server issues credentials that it does not take: see its log, and whether it is the one that issued them.",
      );
    case "unreachable":
      return problem(`${verdict.kind}: ${printable(verdict.detail)}`, fixOf(verdict.kind, seen));
  }
}

/** What a server answers that has an error, is over a limit, or has the profile for another transport. */
const SERVER_UNAVAILABLE: readonly FailureKind[] = ["server-error", "rate-limited"];

function fixOf(kind: FailureKind, seen: Examination): string {
  if (!SERVER_UNAVAILABLE.includes(kind)) return "See the server's log.";
  const own = profileOf(seen);
  if (own !== undefined && own.transport !== "DEFAULT" && own.transport !== "MQTT") return "See transport type above.";
  if (seen.transportState.known && seen.transportState.value === "DISABLED") return "See tenant usage above.";
  return "The server is too busy, the tenant is over a limit, or the profile is for another transport: see its log.";
}
