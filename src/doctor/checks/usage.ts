import type { Check } from "../check.ts";
import { judgeFact } from "../fact.ts";
import { type Finding, ok, problem, warning } from "../finding.ts";
import { devicesAreCeiling, devicesOf } from "../../model/devices-of.ts";
import { countOf, loginsOf } from "../wording.ts";

/** A login and its end. */
const MESSAGES_PER_LOGIN = 2;

/** Whether the tenant's devices may connect at all, and how many messages they have left. */
export const usage: Check = {
  name: "tenant usage",
  judge: ({ transportState, usage: fact, plan, ofTenant }) => [
    judgeFact(transportState, (state): Finding => {
      if (state === "DISABLED") {
        const fix = "Raise its limits (System administrator → Tenant profiles), or wait for the next month.";
        return problem("the tenant has used up what it may: its devices are not let in", fix);
      }
      const { transportMessages: used = 0, maxTransportMessages: most = 0 } = fact.known ? fact.value : {};
      const messages = plan.target.transport === "mqtt" ? loginsOf(plan) * MESSAGES_PER_LOGIN : devicesOf(plan);
      const needed = Math.round(messages * ofTenant);
      if (most > 0 && used + needed > most) {
        const left = `${countOf(Math.max(0, most - used))} of ${countOf(most)} messages of this month are left`;
        const raise = "Raise the limit in the tenant's profile.";
        // How many devices there will be is not known beforehand.
        if (devicesAreCeiling(plan)) return warning(`${left}, the roll call needs at most ${countOf(needed)}`, raise);
        return problem(`${left}, the roll call needs ${countOf(needed)}`, raise);
      }
      if (state === "WARNING") {
        const fix = "See Home → API usage: at its limit the tenant's devices are not let in any more.";
        return warning("the tenant has nearly used up what it may", fix);
      }
      return ok("the tenant's devices may connect");
    }),
  ],
};
