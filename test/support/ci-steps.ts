import { readFileSync } from "node:fs";
import { parse } from "yaml";

/** What a runner of GitHub or GitLab would run, as it stands in the kit. */

export interface CiStep {
  readonly name: string;
  /** Undefined: an action of GitHub's own. */
  readonly run: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly condition: string;
}

interface RawStep {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly if?: string;
}

interface RawAction {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly runs: { readonly steps: readonly RawStep[] };
}

interface RawWorkflow {
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly RawStep[] }>>;
}

/** The steps of an action, with its inputs filled in. */
export function readAction(path: string, given: Readonly<Record<string, string>>): readonly CiStep[] {
  const { inputs, runs } = parse(readFileSync(path, "utf8")) as RawAction;
  const unknown = Object.keys(given).filter((name) => inputs[name] === undefined);
  const missing = Object.entries(inputs).filter(
    ([name, { required }]) => required === true && given[name] === undefined,
  );
  if (unknown.length + missing.length > 0)
    throw new Error(`not inputs, or missing: ${[...unknown, ...missing.map(([name]) => name)].join(", ")}`);
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, given[name] ?? input.default ?? ""]),
  );
  return runs.steps.map((step) => filled(step, {}, (name) => values[name.replace(/^inputs\./, "")]));
}

/** The steps of a workflow's only job, with its variables. */
export function readWorkflow(path: string): readonly CiStep[] {
  const { env, jobs } = parse(readFileSync(path, "utf8")) as RawWorkflow;
  return Object.values(jobs).flatMap(({ steps }) => steps.map((step) => filled(step, env, (name) => `<${name}>`)));
}

function filled(
  { name = "", uses, run, env = {}, if: condition = "" }: RawStep,
  around: Readonly<Record<string, string>>,
  valueOf: (name: string) => string | undefined,
): CiStep {
  const fill = (text: string): string =>
    text.replaceAll(/\$\{\{ *([\w.-]+) *\}\}/g, (whole, expression: string) => valueOf(expression) ?? whole);
  const variables = Object.fromEntries(Object.entries({ ...around, ...env }).map(([key, value]) => [key, fill(value)]));
  const when = condition.replaceAll(/inputs\.([\w-]+)/g, (_, input: string) => `'${valueOf(`inputs.${input}`) ?? ""}'`);
  return { name: name === "" ? (uses ?? "") : name, run, variables, condition: when };
}

/** Whether a runner takes the step up; `well`: none before it has failed. */
export function isDue({ condition }: CiStep, well: boolean): boolean {
  const terms = condition === "" ? [] : condition.split(" && ");
  return (well || terms.includes("always()")) && terms.filter((term) => term !== "always()").every(holds);
}

function holds(term: string): boolean {
  const [, left, operator, right] = /^'([^']*)' (==|!=) '([^']*)'$/.exec(term) ?? [];
  if (operator === undefined) throw new Error(`not understood: if: ${term}`);
  return (left === right) === (operator === "==");
}

interface RawJob {
  readonly extends?: string;
  readonly script?: readonly string[];
  readonly before_script?: readonly string[];
}

export interface GitlabKit {
  readonly variables: Readonly<Record<string, string>>;
  /** The lines of each job's script. */
  readonly jobs: Readonly<Record<string, readonly string[]>>;
}

export function readGitlab(path: string): GitlabKit {
  const { variables, ...jobs } = parse(readFileSync(path, "utf8")) as {
    readonly variables: Record<string, string>;
  } & Record<string, RawJob>;
  const named = Object.entries(jobs as Readonly<Record<string, RawJob>>).filter(([name]) => !name.startsWith("."));
  return { variables, jobs: Object.fromEntries(named.map(([name, { script = [] }]) => [name, script])) };
}

/** In a shell of its own, as a runner has one: it ends at the first command that fails. */
export function block(lines: string, variables: Readonly<Record<string, string>>): string {
  const exported = Object.entries(variables).map(
    ([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`,
  );
  return ["(", "set -eo pipefail", ...exported, lines, ")"].join("\n");
}
