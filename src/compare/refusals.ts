import type { Summary } from "../model/summary.ts";
import { CLIENT_NAMES, clientOf } from "../model/target.ts";

/** A run with the plan it executed (plan.json as parsed): what `refusals` looks at. */
export interface ComparedRun {
  readonly summary: Summary;
  readonly plan: unknown;
}

/** Fields of a plan that decide what is asked of the server, as its hash has them: where the server is, and who asks, are not among them. */
const HASHED = [
  /^(?:fleet|phases|maxInFlight|rollCall|timeouts|background|groups)$/,
  /^(?:fleet|phases|rollCall|timeouts)\./,
  /^background\.(?!(?:run|folder|made)$)/,
  /^provisioning\.strategy$/,
  /^(?:groups\.\d+\.)?target\.(?:transport|mqttVersion|payload|tls)$/,
];

/** Why these runs must not be compared, in words; empty: they may be. `force` allows different plans, clients and events, nothing else. */
export function refusals(
  base: readonly ComparedRun[],
  candidate: readonly ComparedRun[],
  options: { readonly force: boolean },
): readonly string[] {
  const refused = [...base, ...candidate].flatMap(({ summary }) => unfit(summary));
  const different = options.force
    ? []
    : [differentPlans(base, candidate), differentClients(base, candidate), differentEvents(base, candidate)];
  return [...refused, ...different.filter((reason) => reason !== undefined)];
}

/** Two runs whose devices spoke by different clients, each of which adds its own time; undefined: all by the same. */
function differentClients(base: readonly ComparedRun[], candidate: readonly ComparedRun[]): string | undefined {
  const runs = [...base, ...candidate].map(({ summary }) => summary.run);
  const [first] = runs;
  const other = runs.find(({ target }) => clientOf(target) !== (first && clientOf(first.target)));
  if (first === undefined || other === undefined) return undefined;
  return `${first.id} used the ${CLIENT_NAMES[clientOf(first.target)]}, ${other.id} the ${CLIENT_NAMES[clientOf(other.target)]} (target.client)`;
}

/** Two runs during which other commands were run, so that other things happened to the server; undefined: the same in all. */
function differentEvents(base: readonly ComparedRun[], candidate: readonly ComparedRun[]): string | undefined {
  const runs = [...base, ...candidate];
  const [first] = runs;
  const other = runs.find((run) => eventsOf(run) !== (first && eventsOf(first)));
  if (first === undefined || other === undefined) return undefined;
  return `${first.summary.run.id} and ${other.summary.run.id} had different events`;
}

function eventsOf({ plan }: ComparedRun): string {
  return JSON.stringify((isObject(plan) ? plan["events"] : undefined) ?? []);
}

/** Two runs whose plans ask different things, and the fields in which they do; undefined: all ran one plan. */
export function differentPlans(base: readonly ComparedRun[], candidate: readonly ComparedRun[]): string | undefined {
  const runs = [...base, ...candidate];
  const first = runs[0];
  const other = runs.find(({ summary }) => summary.run.planHash !== first?.summary.run.planHash);
  if (first === undefined || other === undefined) return undefined;
  const fields = differences(first.plan, other.plan, "").filter((path) => HASHED.some((each) => each.test(path)));
  return `${first.summary.run.id} and ${other.summary.run.id} ran different plans; they differ in: ${fields.join(", ") || "nothing that plan.json shows"}`;
}

function unfit(summary: Summary): readonly string[] {
  const reasons: string[] = [];
  if (summary.run.state !== "complete") reasons.push(`${summary.run.id} is ${summary.run.state}`);
  if (summary.validity.grade === "void") reasons.push(`${summary.run.id} is void: its generator was unhealthy`);
  for (const imbalance of [...summary.ledger.imbalances, ...(summary.background?.imbalances ?? [])])
    reasons.push(`${summary.run.id} does not account for every device: ${imbalance}`);
  if (summary.tempo !== undefined) reasons.push(`${summary.run.id} was paused or changed by hand while it went on`);
  return reasons;
}

/** Paths at which two JSON values differ, e.g. "phases.0.shape.rate"; of lists of different lengths their own. */
function differences(left: unknown, right: unknown, path: string): readonly string[] {
  if (Object.is(left, right)) return [];
  if (!isObject(left) || !isObject(right)) return [path];
  if (Array.isArray(left) && Array.isArray(right) && left.length !== right.length) return [path];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return keys.flatMap((key) => differences(left[key], right[key], path === "" ? key : `${path}.${key}`));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
