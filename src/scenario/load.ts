import type { Plan } from "../model/plan.ts";
import type { WatchPlan } from "../model/watch.ts";
import { Secret } from "../model/secret.ts";
import type { ReadBackground } from "./background-plan.ts";
import { readDocument, type ScenarioDocument } from "./document.ts";
import { type Environment, expandEnvironment } from "./environment.ts";
import { schemaGuide } from "./json-schema.ts";
import { applyOverrides, type Overridden, overridePlace } from "./overrides.ts";
import { begins, type Locate, pathText, type Problem, scenarioError } from "./problem.ts";
import { problemsOf } from "./problems-of.ts";
import type { ReadRosterNames } from "./roster-names.ts";
import { resolveScenario } from "./resolve.ts";
import { type Scenario, scenarioSchema } from "./schema.ts";
import { isTextField } from "./text-fields.ts";
import { resolveWatch } from "./watch-plan.ts";
import { secretTexts, shownValue, valueAt } from "./secret-paths.ts";

export interface LoadOptions {
  /** For messages. */
  readonly file: string;
  readonly text: string;
  /** `path=value` each, the later winning; they replace what is in the file before its environment is read. */
  readonly overrides: readonly string[];
  readonly env: Environment;
  readonly runId: string;
  /** Reads a file that the scenario names, relative to it. */
  /** Throws Error; `most`: bytes that are read, where not the usual. */
  readonly readFile: (path: string, most?: number) => string;
  /** Of an earlier run. */
  readonly readRoster: ReadRosterNames;
  /** Absent: no earlier run can be a background. */
  readonly readBackground?: ReadBackground;
}

export interface LoadedScenario {
  readonly plan: Plan;
  /** Undefined: the server is not watched. */
  readonly watch: WatchPlan | undefined;
  readonly warnings: readonly string[];
}

/** Without code made for the schema, which would pay after hundreds of scenarios. */
const ONCE = { jitless: true } as const;

/** From the text of a scenario to a frozen plan. Throws RollcallError "bad-scenario" with every mistake at once. */
export function loadScenario(options: LoadOptions): LoadedScenario {
  const { file, env, runId, readFile, readRoster, readBackground } = options;
  const document = readDocument(options.text);
  if (document.problems.length > 0) throw scenarioError(file, document.problems, document.locate);

  const overridden = applyOverrides(document.value, options.overrides, isTextField);
  const written = overridden.value;
  const problems: Problem[] = [...overridden.problems];
  const expanded = expandEnvironment(written, env, problems);
  const parsed = scenarioSchema.safeParse(withOwnProofs(expanded), ONCE);
  // A variable that is not set is one mistake, not two.
  const known = new Set(problems.map(({ path }) => pathText(path)));
  const found = parsed.success ? [] : problemsOf(parsed.error.issues, written, schemaGuide);
  problems.push(...found.filter(({ path }) => path.length === 0 || !known.has(pathText(path))));

  const broken = new Set(problems.flatMap(({ path, meant }) => [path[0], ...(meant?.slice(0, 1) ?? [])]));
  const scenario = parsed.success ? parsed.data : withStandIns(withOwnProofs(expanded), broken);
  const warnings: string[] = [];
  const together: Problem[] = [];
  const context = { file, runId, written, env, readFile, readRoster, readBackground };
  const plan = scenario && resolveScenario(scenario, context, together, warnings);
  const watch = resolveWatch(scenario?.watch, context, together, warnings);
  problems.push(
    ...together.filter(({ path, judgedBy = [] }) => ![path[0], ...judgedBy].some((top) => broken.has(top))),
  );

  const redact = redactor(expanded);
  if (plan === undefined || problems.length > 0) {
    const shown = problems.map((problem) => show(problem, written, redact));
    throw scenarioError(file, shown, locatorOf(document, overridden));
  }
  return { plan: deepFreeze(plan), watch: deepFreeze(watch), warnings: warnings.map(redact) };
}

/** Groups may all have key and secret of their own: then the scenario need not have any. */
function withOwnProofs(expanded: unknown): unknown {
  const needsNone = typeof expanded === "object" && expanded !== null && !("provisioning" in expanded);
  return needsNone && Array.isArray(valueAt(expanded, ["fleet", "groups"]))
    ? { ...expanded, provisioning: {} }
    : expanded;
}

/**
 * The scenario with something harmless in place of each broken top-level field, so that what is wrong between the others
 * is found as well. Undefined: not even a mapping.
 */
function withStandIns(expanded: unknown, broken: ReadonlySet<unknown>): Scenario | undefined {
  if (typeof expanded !== "object" || expanded === null) return undefined;
  const sound = Object.entries(expanded).filter(([key]) => !broken.has(key));
  const standIns = { name: "stand-in", provisioning: { key: "-", secret: "-" }, load: { burst: true, devices: 1 } };
  const parsed = scenarioSchema.safeParse({ ...standIns, ...Object.fromEntries(sound) }, ONCE);
  return parsed.success ? parsed.data : undefined;
}

/** What came from the environment is shown as it is written, not as it is set: nobody knows what it may tell. */
function show(problem: Problem, written: unknown, redact: (text: string) => string): Problem {
  const own = valueAt(written, problem.path);
  const isReference = problem.value !== undefined && typeof own === "string" && own.includes("${");
  const value = isReference ? shownValue(own, problem.path) : problem.value;
  return { ...problem, value: value === undefined ? undefined : redact(value), fix: redact(problem.fix) };
}

/** For a secret that its author has put into another field as well. */
function redactor(expanded: unknown): (text: string) => string {
  const secrets = secretTexts(expanded);
  return (text) => secrets.reduce((left, secret) => left.replaceAll(secret, "[redacted]"), text);
}

/** What an override has set stands on the command line; everything else in the file, at the nearest key there is. */
function locatorOf(document: ScenarioDocument, { paths }: Overridden): Locate {
  return (path) => {
    if (path.length === 0) return undefined;
    const override =
      paths.findLast((set) => begins(path, set)) ??
      (document.locate(path) === undefined ? paths.findLast((set) => begins(set, path)) : undefined);
    if (override !== undefined) return overridePlace();
    for (let depth = path.length; depth > 0; depth -= 1) {
      const place = document.locate(path.slice(0, depth));
      if (place !== undefined) return place;
    }
    return undefined;
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !(value instanceof Secret) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
