import type { FleetGroup, Plan } from "../model/plan.ts";
import type { Problem } from "./problem.ts";
import type { Scenario } from "./schema.ts";
import { didYouMean } from "./suggestion.ts";

type Draft = Omit<Plan, "hash">;

/** One kind of devices as a plan of its own: what must be right of a fleet must be right of each group. */
export interface FleetPart {
  readonly plan: Draft;
  readonly scenario: Scenario;
  /** Where in the scenario stands what is at this path in a scenario without groups. */
  readonly placed: (problem: Problem) => Problem;
}

/** One for each group; of a fleet without groups itself. */
export function partsOf(plan: Draft, scenario: Scenario): readonly FleetPart[] {
  const { groups } = plan;
  if (groups === undefined) return [{ plan, scenario, placed: (problem) => problem }];
  return groups.map(({ target, provisioning }, index): FleetPart => {
    const own = scenario.fleet.groups?.[index]?.target;
    const same = target.transport === scenario.target.transport;
    const { mix = plan.fleet.mix, count = 0 } = plan.fleet.groups?.[index] ?? {};
    return {
      plan: { ...plan, target, provisioning, fleet: { ...plan.fleet, mix, count } },
      scenario: {
        ...scenario,
        target: {
          ...scenario.target,
          client: own?.client ?? (same ? scenario.target.client : undefined),
          mqttVersion: target.mqttVersion,
        },
      },
      placed: (problem) => ({ ...problem, path: placeIn(index, problem.path) }),
    };
  });
}

function placeIn(index: number, [field, ...rest]: Problem["path"]): Problem["path"] {
  const group = ["fleet", "groups", index];
  if (field === "target") return [...group, "target", ...rest];
  if (field === "fleet" && rest[0] === "credentials") return [...group, ...rest];
  return field === undefined ? [] : [field, ...rest];
}

/** What groups cannot be together with. */
export function checkGroups(
  { groups, fleet, rollCall, background }: Draft,
  scenario: Scenario,
  problems: Problem[],
): void {
  if (groups === undefined) return;
  const problem = (path: Problem["path"], fix: string) => problems.push({ path, value: undefined, fix });
  if (scenario.provisioning.strategy === "x509-chain") {
    problem(
      ["fleet", "groups"],
      "each group proves itself with a key and a secret: write another provisioning.strategy, or leave the groups out",
    );
  }
  if (fleet.misbehaviours.some(({ share }) => share > 0)) {
    problem(["fleet", "misbehaviours"], "it cannot be used together with fleet.groups: leave one of the two out");
  }
  if (background !== undefined) {
    problem(["background"], "it cannot be used together with fleet.groups: leave one of the two out");
  }
  if (rollCall.at !== undefined) {
    problem(
      ["rollCall", "at"],
      "with fleet.groups each device logs in where its credentials were issued: write same, or leave fleet.groups out",
    );
  }
}

/** "there is no group x; did you mean y?"; undefined: there is. */
export function noSuchGroup(name: string, groups: readonly Pick<FleetGroup, "name">[] | undefined): string | undefined {
  if (groups === undefined) return `there are no groups: leave {group:${name}} out, or write fleet.groups`;
  const names = groups.map((each) => each.name);
  return names.includes(name) ? undefined : `there is no group ${name}; ${didYouMean(name, names)}`;
}
