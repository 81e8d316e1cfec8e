import type { Check } from "../check.ts";
import { ok, problem } from "../finding.ts";
import { isFrom } from "./release.ts";

export const gateways: Check = {
  name: "gateways",
  judge(seen) {
    if (!seen.plan.fleet.gateway) return [];
    switch (isFrom("3.8", seen)) {
      case undefined:
        return [];
      case true:
        return [ok("this release makes gateways of devices that ask for it")];
      case false:
        return [
          problem(
            "this release ignores fleet.gateway: it makes plain devices",
            "Leave it out, or upgrade to 3.8 or later.",
          ),
        ];
    }
  },
};
