import { printable } from "../../writing/text-width.ts";
import type { Check } from "../check.ts";
import { ok, problem } from "../finding.ts";

/** MQTT 3.1, section 3.1: a longer one is closed without CONNACK. */
const MOST = 23;

export const clientIds: Check = {
  name: "client ids",
  judge({ plan: { target, rollCall }, scenario: { longestClientId: longest } }) {
    if (
      target.transport !== "mqtt" ||
      target.mqttVersion !== "3.1" ||
      longest === undefined ||
      rollCall.when === "off"
    ) {
      return [];
    }
    if (longest.length <= MOST) return [ok(`the longest has ${longest.length} characters; MQTT 3.1 allows ${MOST}`)];
    return [
      problem(
        `${printable(longest)} has ${longest.length} characters; MQTT 3.1 allows ${MOST}, and longer ones are closed without an answer`,
        "Use MQTT 3.1.1 (target.mqttVersion), or leave clientId out of fleet.credentials.fields.",
      ),
    ];
  },
};
