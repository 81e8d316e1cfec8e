import { printable } from "../../writing/text-width.ts";
import type { Plan } from "../../model/plan.ts";
import type { Check } from "../check.ts";
import type { NamesVisit } from "../examination.ts";
import { judgeFact } from "../fact.ts";
import { type Finding, ok, problem } from "../finding.ts";

/** Whether the names that the fleet asks for are free, or there, as its strategy needs them. */
export const names: Check = {
  name: "device names",
  judge: ({ names: fact, plan, scenario }) => {
    if (scenario.freshNames && plan.provisioning.strategy !== "pre-provisioned") {
      return [ok("fresh in each run, so that none is taken")];
    }
    return [judgeFact(fact, (visit) => judge(visit, plan))];
  },
};

function judge({ asked, existing }: NamesVisit, { provisioning }: Plan): Finding {
  const looked = `looked up ${asked.map(printable).join(", ")}`;
  if (provisioning.strategy === "pre-provisioned") {
    const there = new Set(existing.filter(({ inProfile }) => inProfile).map(({ name }) => name));
    const missing = asked.filter((name) => !there.has(name));
    if (missing.length === 0) return ok(`${looked}: they exist, in the profile`);
    return problem(
      `${missing.map(printable).join(", ")}: no such device in the profile, which will be answered FAILURE`,
      "Make the devices first: rollcall setup; or correct fleet.prefix, fleet.name or fleet.names.",
    );
  }
  if (existing.length === 0) return ok(`${looked}: none exists`);
  return problem(
    `${existing.map(({ name }) => printable(name)).join(", ")}: exists already, which will be answered FAILURE`,
    "Leave fleet.prefix out, which makes names fresh in each run, or clean up the earlier run: rollcall cleanup.",
  );
}
