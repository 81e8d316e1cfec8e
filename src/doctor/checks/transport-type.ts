import { printable } from "../../writing/text-width.ts";
import type { Check } from "../check.ts";
import { ok, problem } from "../finding.ts";
import { profileOf } from "./profile.ts";

/** Over MQTT only devices of these are let in, though any are provisioned. */
const LET_IN: readonly string[] = ["DEFAULT", "MQTT"];

export const transportType: Check = {
  name: "transport type",
  judge(seen) {
    const own = profileOf(seen);
    if (own === undefined || seen.plan.target.transport !== "mqtt") return [];
    if (LET_IN.includes(own.transport)) return [ok(`${own.transport}: its devices may come over MQTT`)];
    return [
      problem(
        `profile ${printable(own.name)} is for ${own.transport}: its devices are provisioned, and no login over MQTT is let in (CONNACK 3)`,
        "On the profile's Transport configuration tab choose Default or MQTT.",
      ),
    ];
  },
};
