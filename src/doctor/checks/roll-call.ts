import type { Check } from "../check.ts";
import { ok, warning } from "../finding.ts";

export const rollCall: Check = {
  name: "roll call",
  judge({ plan: { rollCall: call, provisioning } }) {
    if (provisioning.strategy === "disabled") return [];
    if (call.when === "off") {
      const fix = "Leave rollCall out: every credential that was issued is then tried.";
      return [warning("off: nobody finds out whether the credentials work", fix)];
    }
    if (!call.negativeControl) {
      const fix = "Leave rollCall.negativeControl out, unless the server shuts addresses out.";
      return [warning("without a wrong login: a server that lets anyone in would pass", fix)];
    }
    return [ok("every credential is tried, and one that is wrong")];
  },
};
