import { PROTOCOL_NAMES, protocolOf, urlOf } from "../../model/target.ts";
import type { Check } from "../check.ts";
import type { Examination, Greeting } from "../examination.ts";
import { judgeFact } from "../fact.ts";
import { type Finding, ok, problem } from "../finding.ts";
import { milliseconds } from "../wording.ts";

/** Whether it is a ThingsBoard that answers, in the protocol and version of the scenario. */
export const protocol: Check = {
  name: "protocol",
  judge: ({ greeting, plan }) => [judgeFact(greeting, (heard) => judgeGreeting(heard, plan))],
};

function judgeGreeting(heard: Greeting, { target }: Examination["plan"]): Finding {
  const address = urlOf(target);
  const spoken = protocolOf(target);
  switch (heard.kind) {
    case "thingsboard":
      return target.transport === "mqtt"
        ? ok(`${spoken}: ${heard.said} to a provision session, in ${milliseconds(heard.ms)}`)
        : ok(`${spoken}: ${heard.said} to a token that nobody has, in ${milliseconds(heard.ms)}`);
    case "other-broker":
      return problem(
        `${address} is an MQTT broker, but no ThingsBoard: ${heard.said}`,
        "Aim at ThingsBoard's own MQTT port, not at a broker beside it.",
      );
    case "refused":
      return problem(
        `${address} refuses a provision session: ${heard.said}. ThingsBoard lets anyone in as "provision"`,
        "Check that this is ThingsBoard's own MQTT port, and target.mqttVersion.",
      );
    case "other":
      return problem(`${address} is not ${spoken} but ${heard.what}`, fixOf(heard, target));
    case "unreachable":
      return problem(`${address} does not answer: ${heard.detail}`, "Check target.port, and that the server runs.");
    case "closes":
      return problem(
        `${address} takes the connection and closes it without a word`,
        "Check target.port. A ThingsBoard that limits wrong logins also does this, for a minute after too many of them.",
      );
    case "silent":
      return problem(
        `${address} takes the connection and says nothing to ${spoken}`,
        "Check target.port and the server's log. Before a proxy, check that it passes MQTT on.",
      );
  }
}

function fixOf({ speaksTls }: Extract<Greeting, { kind: "other" }>, { transport, tls }: Examination["plan"]["target"]) {
  if (speaksTls && tls === undefined) return "If this is the right port, set target.tls.";
  if (!speaksTls && tls !== undefined) return "If this is the right port, leave target.tls out.";
  return `Set target.port (--port) to ThingsBoard's ${PROTOCOL_NAMES[transport]} port: usually ${USUAL[transport]}.`;
}

const USUAL = { mqtt: "1883, over TLS 8883", http: "8080, over TLS 443", coap: "5683" } as const;
