import type { Check } from "../check.ts";
import { judgeFact } from "../fact.ts";
import { ok, problem } from "../finding.ts";

export const administrator: Check = {
  name: "administrator",
  judge: ({ administrator: fact }) => [
    judgeFact(fact, (visit) => {
      if (visit.kind === "refused") return problem(withoutStop(visit.message), visit.hint);
      const { authority } = visit.account;
      if (authority === "TENANT_ADMIN") return ok("let in, as administrator of the tenant");
      return problem(
        `let in, but as ${authority}: devices belong to a tenant, and only its administrator sees them`,
        "Give a tenant administrator; the system administrator's own option is --system-user.",
      );
    }),
  ],
};

const withoutStop = (text: string): string => text.replace(/\.$/, "");
