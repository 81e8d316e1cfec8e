import type { Admin, Plan, RollCallPlan } from "../model/plan.ts";
import { Secret } from "../model/secret.ts";
import { us, usFromMs } from "../model/units.ts";
import { checkConsistency } from "./consistency.ts";
import { secretSource } from "./environment.ts";
import { resolveFleet } from "./fleet-plan.ts";
import { hashPlan } from "./hash.ts";
import { resolvePhases } from "./phases.ts";
import type { Problem } from "./problem.ts";
import type { Scenario } from "./schema.ts";
import { parseDuration } from "./quantities.ts";
import { baseName, parseThreshold } from "./thresholds.ts";
import { resolveTls } from "./tls.ts";

export interface ResolveContext {
  readonly runId: string;
  /** The scenario before its environment was filled in, to know where secrets come from. */
  readonly written: unknown;
  readonly readFile: (path: string) => string;
  /** The scenario's own path. */
  readonly file: string;
}

/** The plan of a scenario that has the right shape. Mistakes that span fields go to `problems`, warnings to `warnings`. */
export function resolveScenario(
  scenario: Scenario,
  context: ResolveContext,
  problems: Problem[],
  warnings: string[],
): Plan {
  const phases = phasesOf(scenario, problems);
  const count = phases.reduce((sum, phase) => sum + phase.devices, 0);
  const { target, provisioning } = scenario;
  const tls = resolveTls(target.tls, ["target", "tls"], context, problems);
  const secret = { read: (value: SecretInput, path: readonly string[]) => secretOf(value, path, context, problems) };
  const source = secretSource(rawAt(context.written, ["provisioning", "secret"]));
  if (source.literal) {
    warnings.push(
      "provisioning.secret is in the scenario itself: use ${NAME} for an environment variable, or { file: path }",
    );
  }
  const plan: Omit<Plan, "hash"> = {
    version: 1,
    name: scenario.name,
    description: scenario.description,
    runId: context.runId,
    prefix: scenario.fleet.prefix ?? `rc${context.runId}`,
    target: { ...target, port: target.port ?? defaultPort(target.transport, tls !== undefined), tls },
    admin: adminOf(scenario.admin, secret.read, context, problems),
    provisioning: {
      strategy: provisioning.strategy,
      profile: provisioning.profile,
      key: provisioning.key,
      secret: secret.read(provisioning.secret, ["provisioning", "secret"]),
      secretSource: source.source,
    },
    fleet: resolveFleet(scenario, count, context.readFile, problems),
    phases,
    maxInFlight: scenario.maxInFlight,
    rollCall: rollCallOf(scenario.rollCall),
    timeouts: scenario.timeouts,
    thresholds: thresholdsOf(scenario, phases, problems),
    generators: scenario.generators,
  };
  checkConsistency(plan, problems);
  if (tls?.insecure === true) warnings.push("target.tls.insecure: any certificate is accepted");
  return { ...plan, hash: hashPlan(plan) };
}

type SecretInput = string | { readonly file: string };

function phasesOf({ load, fleet }: Scenario, problems: Problem[]): Plan["phases"] {
  return Array.isArray(load)
    ? resolvePhases(load, fleet.count, (index) => ["load", index], problems)
    : resolvePhases([load], fleet.count, () => ["load"], problems);
}

function defaultPort(transport: Plan["target"]["transport"], tls: boolean): number {
  switch (transport) {
    case "mqtt":
      return tls ? 8883 : 1883;
    case "http":
      return tls ? 443 : 8080;
    case "coap":
      return 5683;
  }
}

function adminOf(
  admin: Scenario["admin"],
  read: (value: SecretInput, path: readonly string[]) => Secret,
  context: ResolveContext,
  problems: Problem[],
): Admin | undefined {
  if (admin === undefined) return undefined;
  const both = admin.username !== undefined && admin.password !== undefined;
  if (!both && admin.apiKey === undefined) {
    problems.push({ path: ["admin"], value: undefined, fix: "give username and password, or apiKey" });
  }
  return {
    url: admin.url.replace(/\/+$/, ""),
    username: admin.username,
    password: admin.password === undefined ? undefined : read(admin.password, ["admin", "password"]),
    apiKey: admin.apiKey === undefined ? undefined : read(admin.apiKey, ["admin", "apiKey"]),
    tls: resolveTls(admin.tls, ["admin", "tls"], context, problems),
  };
}

function secretOf(value: SecretInput, path: readonly string[], context: ResolveContext, problems: Problem[]): Secret {
  if (typeof value === "string") return new Secret(value);
  try {
    return new Secret(context.readFile(value.file).trim());
  } catch (error) {
    problems.push({
      path: [...path, "file"],
      value: value.file,
      fix: `it cannot be read (${(error as Error).message})`,
    });
    return new Secret("");
  }
}

function rollCallOf(rollCall: Scenario["rollCall"]): RollCallPlan {
  const given = typeof rollCall === "string" ? undefined : rollCall;
  const keepAlive = given?.keepAlive ?? parseDuration("60s") ?? usFromMs(60_000);
  return {
    when: typeof rollCall === "string" ? rollCall : rollCall.when,
    concurrency: given?.concurrency ?? 100,
    rate: given?.rate,
    hold: given?.hold ?? us(0),
    keepAliveSeconds: Math.max(1, Math.round(keepAlive / 1_000_000)),
    negativeControl: given?.negativeControl ?? true,
  };
}

function thresholdsOf(scenario: Scenario, phases: Plan["phases"], problems: Problem[]): Plan["thresholds"] {
  return scenario.thresholds.flatMap((text, index) => {
    const threshold = parseThreshold(text);
    const problem = (fix: string) => {
      problems.push({ path: ["thresholds", index], value: JSON.stringify(text), fix });
      return [];
    };
    // The schema has reported it.
    if (typeof threshold === "string") return [];
    const phase = threshold.left.includes(":") ? threshold.left.slice(0, threshold.left.lastIndexOf(":")) : undefined;
    if (phase !== undefined && !phases.some((each) => each.name === phase)) {
      return problem(`there is no phase ${phase}: there are ${phases.map((each) => each.name).join(", ")}`);
    }
    const when = typeof scenario.rollCall === "string" ? scenario.rollCall : scenario.rollCall.when;
    if (baseName(threshold.left).startsWith("timeToUsable") && when !== "inline") {
      return problem("timeToUsable is measured with rollCall: inline only");
    }
    return [threshold];
  });
}

function rawAt(written: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) => (typeof node === "object" && node !== null ? (node as Record<string, unknown>)[key] : undefined),
    written,
  );
}
