import type { Strategy } from "../../model/plan.ts";
import { printable } from "../../writing/text-width.ts";
import type { Check } from "../check.ts";
import { ok, problem } from "../finding.ts";
import { profileOf } from "./profile.ts";

/** As ThingsBoard's own pages call them. */
const TITLES: Readonly<Record<Strategy, string>> = {
  "allow-create": "Allow to create new devices",
  "pre-provisioned": "Check for pre-provisioned devices",
  disabled: "Disabled",
  "x509-chain": "X509 certificates chain",
};

export const strategy: Check = {
  name: "strategy",
  judge(seen) {
    const own = profileOf(seen);
    if (own === undefined) return [];
    const wanted = seen.plan.provisioning.strategy;
    if (own.strategy === wanted && own.chain?.allowCreate === false) {
      const found = `profile ${printable(own.name)} takes certificates of devices that exist only`;
      return [problem(found, "On the profile's Device provisioning tab allow to create new devices.")];
    }
    if (own.strategy === wanted) return [ok(`${TITLES[wanted]}, as the scenario says`)];
    const effect = own.strategy === "disabled" ? ": every request is answered NOT_FOUND" : "";
    return [
      problem(
        `profile ${printable(own.name)} has the strategy "${TITLES[own.strategy]}"${effect}; the scenario's is "${TITLES[wanted]}"`,
        `On the profile's Device provisioning tab choose "${TITLES[wanted]}", or set provisioning.strategy.`,
      ),
    ];
  },
};
