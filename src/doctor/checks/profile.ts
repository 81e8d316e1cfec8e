import type { ServerProfile } from "../../model/administration.ts";
import type { Plan } from "../../model/plan.ts";
import { printable } from "../../writing/text-width.ts";
import type { Check } from "../check.ts";
import type { Examination, ProfileVisit } from "../examination.ts";
import { judgeFact } from "../fact.ts";
import { type Finding, ok, problem, warning } from "../finding.ts";

/** The device profile that the scenario's provision key leads to. */
export const profile: Check = {
  name: "profile",
  judge: (seen) => [judgeFact(seen.profile, (visit) => judge(visit, seen))],
};

function judge({ byKey, byName }: ProfileVisit, { plan, probe }: Examination): Finding {
  const { provisioning } = plan;
  if (byKey !== undefined) return judgeName(byKey, plan);
  if (probe.known && probe.value.answer.state === "provisioned") {
    return warning(
      "the device was provisioned into a profile of another tenant",
      "Give an administrator of that tenant: this one can neither reconcile nor clean up.",
    );
  }
  if (provisioning.strategy === "x509-chain") {
    return problem(
      "no profile of the tenant has the certificate that signs the devices'",
      "Set provisioning.chain.certificate to the profile's, as on its Device provisioning tab.",
    );
  }
  const named = byName === undefined ? "" : `; profile ${printable(byName.name)} has ${keyText(byName)}`;
  return problem(
    `no profile of the tenant has the provision key ${printable(provisioning.key)}${named}`,
    "Set provisioning.key to the profile's, as on its Device provisioning tab, or make the profile: rollcall setup.",
  );
}

function judgeName(own: ServerProfile, { provisioning, name }: Plan): Finding {
  const what = provisioning.strategy === "x509-chain" ? "authority" : "provision key";
  const found = `${printable(own.name)} has the scenario's ${what}`;
  if (provisioning.profile !== undefined && provisioning.profile !== own.name) {
    const fix = "Correct provisioning.profile or provisioning.key.";
    return warning(`${found}, but provisioning.profile is ${printable(provisioning.profile)}`, fix);
  }
  if (own.isDefault) {
    const fix = `Use a profile of its own for ${name}: devices that name no profile come into this one.`;
    return warning(`${found}, and is the tenant's default profile`, fix);
  }
  return ok(found);
}

const keyText = ({ key }: ServerProfile): string => (key === undefined ? "none" : printable(key));

/** The profile that requests go to, where the administrator sees it. */
export function profileOf({ profile: fact }: Examination): ServerProfile | undefined {
  return fact.known ? fact.value.byKey : undefined;
}
