import type { Administration } from "../../model/administration.ts";
import type { Plan } from "../../model/plan.ts";
import type { AdministratorVisit, Examination } from "../examination.ts";
import { type Fact, known, unknown } from "../fact.ts";
import { askFact, visitAdministrator, visitEarlierProbes, visitNames, visitProfile } from "./ask-server.ts";

export interface ServerVisitDeps {
  readonly plan: Plan;
  readonly admin: Administration | undefined;
  /** The system administrator. */
  readonly system: Administration | undefined;
  /** Names of the fleet to look up: of the first, a middle and the last device. */
  readonly names: readonly string[];
  /** Milliseconds since 1970. */
  readonly wall: () => number;
}

const NO_ADMIN = "no administrator is given: --admin-url, --admin-user";

export type ServerPart = Pick<
  Examination,
  "administrator" | "usage" | "transportState" | "limits" | "profile" | "names" | "earlierProbes"
>;

/** What the administrators are told; each part on its own, so that one refusal hides no other. */
export async function visitServer(deps: ServerVisitDeps, stop: AbortSignal): Promise<ServerPart> {
  const { admin, system, plan, names } = deps;
  if (admin === undefined) {
    const nobody = unknown(NO_ADMIN);
    return {
      administrator: nobody,
      usage: nobody,
      transportState: nobody,
      limits: nobody,
      profile: nobody,
      names: nobody,
      earlierProbes: nobody,
    };
  }
  const visit: AdministratorVisit = await visitAdministrator(admin, deps.wall, stop);
  const administrator = known(visit);
  if (visit.kind === "refused" || visit.account.authority !== "TENANT_ADMIN") {
    const out = unknown(
      visit.kind === "refused" ? "the administrator was not let in" : "this is no tenant administrator",
    );
    return {
      administrator,
      usage: out,
      transportState: out,
      limits: out,
      profile: out,
      names: out,
      earlierProbes: out,
    };
  }
  const { tenant } = visit.account;
  const limits = await (system === undefined
    ? unknown("only the system administrator is told: --system-user")
    : askFact((limited) => system.limitsOf(tenant, limited), stop));
  const profile = await askFact((limited) => visitProfile(admin, plan.provisioning, limited), stop);
  const own = profile.known ? (profile.value.byKey ?? profile.value.byName) : undefined;
  return {
    administrator,
    usage: given(await askFact((limited) => admin.usage(limited), stop)),
    transportState: given(await askFact((limited) => admin.transportState(limited), stop)),
    limits: given(limits),
    profile,
    names: await askFact((limited) => visitNames(admin, names, own, limited), stop),
    earlierProbes: await askFact((limited) => visitEarlierProbes(admin, limited), stop),
  };
}

type Admitted = Extract<AdministratorVisit, { readonly kind: "admitted" }>;

export function isTenantAdmin(visit: AdministratorVisit): visit is Admitted {
  return visit.kind === "admitted" && visit.account.authority === "TENANT_ADMIN";
}

function given<T>(fact: Fact<T | undefined>): Fact<T> {
  if (!fact.known) return fact;
  return fact.value === undefined ? unknown("this server does not tell") : known(fact.value);
}
