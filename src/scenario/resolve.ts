import { devicesOf } from "../model/devices-of.ts";
import { LONGEST_MARK } from "../model/mark.ts";
import type { Admin, Plan, Provisioning, RollCallPlan, Target } from "../model/plan.ts";
import type { EventPlan } from "../model/event-plan.ts";
import { us, usFromSeconds } from "../model/units.ts";
import { type ReadBackground, resolveBackground } from "./background-plan.ts";
import { whyNoBrake } from "./brake.ts";
import { resolveChain } from "./chain.ts";
import { checkConsistency } from "./consistency.ts";
import type { Environment } from "./environment.ts";
import type { EventInput } from "./event-schema.ts";
import { listedNames, resolveFleet } from "./fleet-plan.ts";
import { arrangeRoster, type ReadRosterNames } from "./roster-names.ts";
import { groupsOfFleet, resolveGroups } from "./groups.ts";
import { hashPlan } from "./hash.ts";
import { resolvePhases } from "./phases.ts";
import { resolvePlaces } from "./places.ts";
import type { Problem } from "./problem.ts";
import type { Scenario } from "./schema.ts";
import { valueAt } from "./secret-paths.ts";
import { createSecretReader, type SecretReader } from "./secrets.ts";
import { shortenPhases } from "./shorten.ts";
import { checkMadeBefore, isBoundless, lowerCeilings, withCeilings } from "./timed-load.ts";
import { type Measurable, tooFewSamples, whyNever } from "./threshold-sense.ts";
import { parseThreshold } from "./thresholds.ts";
import { resolveTls } from "./tls.ts";
import { usualPort } from "./usual-port.ts";

export interface ResolveContext {
  /** Path of the scenario; what it names by a relative path stands beside it. */
  readonly file: string;
  readonly runId: string;
  /** The scenario before its environment was filled in, to know where secrets come from. */
  readonly written: unknown;
  readonly env: Environment;
  /** Throws Error; `most`: bytes that are read, where not the usual. */
  readonly readFile: (path: string, most?: number) => string;
  readonly readRoster: ReadRosterNames;
  readonly readBackground?: ReadBackground | undefined;
}

/** The plan of a scenario that has the right shape. Mistakes that span fields go to `problems`, warnings to `warnings`. */
export function resolveScenario(
  scenario: Scenario,
  context: ResolveContext,
  problems: Problem[],
  warnings: string[],
): Plan {
  const { target } = scenario;
  const secrets = createSecretReader(context, problems, warnings);
  const listed = listedNames(scenario.fleet, context, problems, warnings);
  const asked = phasesOf(scenario, listed, problems);
  const phases = shortenPhases(asked, scenario.shorten, problems);
  const count = devicesOf({ phases });
  const sizes = { devices: count, asked: devicesOf({ phases: asked }) };
  const kinds = groupsOfFleet(scenario, sizes, problems, warnings);
  const names = arrangeRoster(scenario.fleet, kinds, listed, context.readRoster, problems);
  const prefix = scenario.fleet.prefix ?? freshPrefix(context.runId);
  const tls = resolveTls(target.tls, ["target", "tls"], context, problems);
  const rollCall = rollCallOf(scenario.rollCall);
  const ownTarget: Target = {
    transport: target.transport,
    ...resolvePlaces(target, usualPort(target.transport, tls !== undefined), context.written, problems),
    mqttVersion: target.mqttVersion,
    client: target.transport === "mqtt" ? (target.client ?? "lean") : undefined,
    payload: target.payload,
    tls,
    ...(target.proxyProtocol === undefined ? {} : { proxyProtocol: target.proxyProtocol }),
    ...(target.from === undefined ? {} : { from: target.from }),
  };
  const background = resolveBackground(
    scenario.background,
    { target: ownTarget, strategy: scenario.provisioning.strategy },
    context.readBackground,
    problems,
  );
  const groups = resolveGroups(scenario, ownTarget, context, secrets, problems);
  const first = groups?.[0];
  const plan: Omit<Plan, "hash"> = {
    version: 1,
    name: scenario.name,
    description: scenario.description,
    runId: context.runId,
    prefix,
    target: first?.target ?? ownTarget,
    admin: adminOf(scenario.admin, secrets, context, problems),
    provisioning: first?.provisioning ?? provisioningOf(scenario.provisioning, context, secrets, problems),
    fleet: resolveFleet(scenario, { names, count, prefix, groups: kinds }, problems),
    ...(groups === undefined ? {} : { groups }),
    phases,
    maxInFlight: scenario.maxInFlight,
    ...(scenario.maxDevices === undefined ? {} : { maxDevices: scenario.maxDevices }),
    rollCall,
    ...(background === undefined ? {} : { background }),
    timeouts: scenario.timeouts,
    thresholds: thresholdsOf(
      scenario,
      {
        phases,
        rollCall,
        retries: scenario.fleet.retry !== undefined,
        groups: kinds,
        background: scenario.background !== undefined,
      },
      problems,
      warnings,
    ),
    ...(scenario.events.length === 0 ? {} : { events: scenario.events.map(eventOf) }),
    generators: scenario.generators,
  };
  checkConsistency(plan, scenario, problems, warnings);
  return { ...plan, hash: hashPlan(plan) };
}

/** Before the names of a run whose scenario gives none. */
export function freshPrefix(runId: string): string {
  return `rc${runId}`;
}

/** Where fleet.count is left out and names are given, there is a device for each name. */
function phasesOf(scenario: Scenario, names: readonly string[] | undefined, problems: Problem[]): Plan["phases"] {
  const { load, fleet } = scenario;
  const list = Array.isArray(load) ? load : [load];
  const pathOf = (index: number) => (Array.isArray(load) ? ["load", index] : ["load"]);
  const isOpen = list.some(
    (phase) =>
      isBoundless(phase) ||
      (phase.devices === undefined &&
        phase.duration === undefined &&
        phase.ramp === undefined &&
        phase.stages === undefined &&
        phase.spike === undefined),
  );
  const named = isOpen && names !== undefined ? new Set(names).size : undefined;
  const count = fleet.count ?? named;
  const phases = resolvePhases(withCeilings(list, count), count, pathOf, problems);
  if (count !== undefined) return phases;
  checkMadeBefore(list, scenario, pathOf, problems);
  return lowerCeilings(phases, list, scenario);
}

function provisioningOf(
  provisioning: Scenario["provisioning"],
  context: ResolveContext,
  secrets: SecretReader,
  problems: Problem[],
): Provisioning {
  const { strategy, profile, key, secret } = provisioning;
  const chain = resolveChain(provisioning, context, secrets, problems);
  // A chain of certificates is its own proof; every other strategy goes by key and secret.
  if (strategy !== "x509-chain") {
    // Groups may have their own: where theirs cannot be read, nobody knows.
    const judgedBy = valueAt(context.written, ["fleet", "groups"]) === undefined ? [] : ["fleet"];
    for (const [name, value] of Object.entries({ key, secret })) {
      if (value !== undefined) continue;
      const fix = `this field is missing: the device profile's provision ${name}, as \${ROLLCALL_PROVISION_${name.toUpperCase()}}`;
      problems.push({ path: ["provisioning", name], value: undefined, fix, judgedBy });
    }
  }
  // Without its chain there is a problem already, and this plan will not be used.
  if (strategy === "x509-chain" && chain !== undefined) {
    return { strategy, profile, key: chain.profileKeys[0] ?? "", chain };
  }
  const path = ["provisioning", "secret"];
  return {
    strategy: strategy === "x509-chain" ? "disabled" : strategy,
    profile,
    key: secrets.text(key, ["provisioning", "key"]) ?? "",
    secret: secrets.secret(secret ?? "", path),
    secretSource: secret === undefined ? "none" : secrets.source(path),
  };
}

function adminOf(
  admin: Scenario["admin"],
  secrets: SecretReader,
  context: ResolveContext,
  problems: Problem[],
): Admin | undefined {
  if (admin === undefined) return undefined;
  const { username, password, apiKey } = admin;
  const urls = (typeof admin.url === "string" ? [admin.url] : admin.url).map((url) => url.replace(/\/+$/, ""));
  const [url = "", ...moreUrls] = urls;
  const repeated = urls.find((each, index) => urls.indexOf(each) !== index);
  if (repeated !== undefined) {
    problems.push({ path: ["admin", "url"], value: JSON.stringify(repeated), fix: "name each address once" });
  }
  // What is left out comes from the command line and the environment of those who ask.
  if (username === undefined && password !== undefined && apiKey === undefined) {
    problems.push({
      path: ["admin"],
      value: undefined,
      fix: "a password needs its user: give admin.username as well, or admin.apiKey instead of both",
    });
  }
  return {
    url,
    ...(moreUrls.length === 0 ? {} : { moreUrls }),
    username,
    password: password === undefined ? undefined : secrets.secret(password, ["admin", "password"]),
    apiKey: apiKey === undefined ? undefined : secrets.key(apiKey, ["admin", "apiKey"]),
    tls: resolveTls(admin.tls, ["admin", "tls"], context, problems),
  };
}

function rollCallOf(rollCall: Scenario["rollCall"]): RollCallPlan {
  const given = typeof rollCall === "string" ? undefined : rollCall;
  return {
    when: typeof rollCall === "string" ? rollCall : rollCall.when,
    // Left out where it is what it always was: hashes of older plans stay.
    ...(given?.at === undefined || given.at === "same" ? {} : { at: given.at }),
    concurrency: given?.concurrency ?? 100,
    rate: given?.rate,
    hold: given?.hold ?? us(0),
    keepAliveSeconds: Math.round((given?.keepAlive ?? usFromSeconds(60)) / 1_000_000),
    negativeControl: given?.negativeControl ?? true,
    ...(given === undefined || given.proof === "connect" ? {} : { proof: given.proof }),
  };
}

function thresholdsOf(
  { thresholds }: Pick<Scenario, "thresholds">,
  plan: Measurable,
  problems: Problem[],
  warnings: string[],
): Plan["thresholds"] {
  return thresholds.flatMap((given, index) => {
    const { threshold: text, abort, delay } = typeof given === "string" ? { threshold: given, abort: false } : given;
    const parsed = parseThreshold(text);
    // The schema has reported it.
    if (typeof parsed === "string") return [];
    const threshold = abort ? { ...parsed, abort: { delay: delay ?? us(0) } } : parsed;
    const never = whyNever(threshold, plan) ?? (abort ? whyNoBrake(threshold) : undefined);
    if (!abort && delay !== undefined) {
      const fix = "a delay is for a threshold that stops the run: write abort: true as well, or leave it out";
      problems.push({ path: ["thresholds", index, "delay"], value: `${delay / 1_000_000}s`, fix });
    }
    if (never !== undefined) {
      const path = ["thresholds", index];
      problems.push({
        path,
        value: JSON.stringify(text),
        fix: never,
        judgedBy: ["load", "fleet", "rollCall", "background"],
      });
      return [];
    }
    const few = tooFewSamples(threshold, plan);
    if (few !== undefined) warnings.push(`thresholds[${index}]: ${few}`);
    return [threshold];
  });
}

function eventOf({ at, run, mark = run.slice(0, LONGEST_MARK), timeout }: EventInput): EventPlan {
  return { at, run, mark, timeout };
}
