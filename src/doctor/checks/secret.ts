import { printable } from "../../writing/text-width.ts";
import type { Check } from "../check.ts";
import { ok, problem } from "../finding.ts";
import { profileOf } from "./profile.ts";

export const secret: Check = {
  name: "secret",
  judge(seen) {
    const own = profileOf(seen);
    const { provisioning } = seen.plan;
    if (own === undefined || provisioning.strategy === "x509-chain") return [];
    if (own.secret?.equals(provisioning.secret) === true)
      return [ok("the scenario's provision secret is the profile's")];
    const from = provisioning.secretSource === "scenario" ? "" : ` (${provisioning.secretSource})`;
    return [
      problem(
        `the scenario's provision secret is not that of profile ${printable(own.name)}: requests are answered NOT_FOUND`,
        `Correct provisioning.secret${from}: the right one is on the profile's Device provisioning tab.`,
      ),
    ];
  },
};
