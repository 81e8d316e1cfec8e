import type { FailureKind } from "../../model/outcome.ts";
import { urlOf } from "../../model/target.ts";
import type { Check } from "../check.ts";
import { judgeFact } from "../fact.ts";
import { ok, problem } from "../finding.ts";
import { milliseconds } from "../wording.ts";

export const port: Check = {
  name: "port",
  judge: ({ port: fact, plan: { target } }) => [
    judgeFact(fact, (visit) => {
      if (visit.kind === "open") return ok(`${urlOf(target)} takes connections, in ${milliseconds(visit.ms)}`);
      return problem(`${saidOf(visit.failure, urlOf(target))}: ${visit.detail}`, fixOf(visit.failure));
    }),
  ],
};

function saidOf(failure: FailureKind, address: string): string {
  return failure === "connection-refused" ? `nobody listens at ${address}` : `no connection to ${address}`;
}

function fixOf(failure: FailureKind): string {
  switch (failure) {
    case "connection-refused":
      return "Check target.port (--port), and that the server runs and listens on that address.";
    case "local-limit":
      return "This machine refuses: check its limits and local ports.";
    default:
      return "Check target.host (--host), routes and firewalls between here and there.";
  }
}
