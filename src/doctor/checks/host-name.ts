import type { Check } from "../check.ts";
import { judgeFact } from "../fact.ts";
import { ok, problem } from "../finding.ts";

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
          return ok(`${target.host} is ${shown}${more}, found in ${Math.round(visit.ms)} ms`);
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
