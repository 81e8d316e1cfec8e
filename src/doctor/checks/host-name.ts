import { isLoopback } from "../../wires/socket/several-addresses.ts";
import type { Check } from "../check.ts";
import { judgeFact } from "../fact.ts";
import { ok, problem, warning } from "../finding.ts";
import { milliseconds } from "../wording.ts";

const SHOWN = 3;

export const hostName: Check = {
  name: "host name",
  judge: ({ name, plan: { target } }) => [
    judgeFact(name, (visit) => {
      switch (visit.kind) {
        case "address":
          return ok(`${target.host} is an address: there is no name to look up`);
        case "found": {
          const more = visit.addresses.length > SHOWN ? `, and ${visit.addresses.length - SHOWN} more` : "";
          const shown = visit.addresses.slice(0, SHOWN).join(", ");
          const found = `${target.host} is ${shown}${more}, found in ${milliseconds(visit.ms)}`;
          if (visit.addresses.every(isLoopback) || visit.addresses.length < 2) return ok(found);
          return warning(
            `${found}: all load goes to the first that answers, and to another without a word if that one fails`,
            "Give the address of the server that is to be measured as target.host (--host); over TLS its name as target.tls.serverName.",
          );
        }
        case "missing":
          return problem(
            `${target.host} has no address: ${visit.detail}`,
            "Check target.host (--host) and this machine's resolver.",
          );
      }
    }),
  ],
};
