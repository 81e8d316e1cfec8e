import { join } from "node:path";
import type { ConformanceResult } from "../../conformance/result.ts";
import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { apportion } from "../../model/apportion.ts";
import { createGroupOf } from "../../model/group-of.ts";
import type { Plan } from "../../model/plan.ts";
import { readIdentity } from "../../wires/socket/endpoint.ts";
import type { Summary } from "../../model/summary.ts";
import { makeFolder } from "../../record/make-folder.ts";
import { readPlan } from "../../record/plan-file.ts";
import { readRosters } from "../../record/roster.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import {
  readOnlyRun,
  readRepeat,
  type RepeatState,
  type UpgradeState,
  writeOnlyRun,
} from "../../record/series-files.ts";
import type { OldRollCall, Reprovisioning } from "../../upgrade/report.ts";
import { arrangeNames } from "../../model/arrange-names.ts";
import { callAgain } from "../verify/call-again.ts";
import type { CallAgainOptions } from "../verify/recalled.ts";
import type { ConformanceTarget } from "../conformance/conformance-target.ts";
import { repeatRuns } from "../series/repeat-runs.ts";
import { nextSide } from "../series/repeat-state.ts";
import { readSummary } from "../results/results.ts";
import { runConformance } from "../conformance/run-conformance.ts";
import { runOnce } from "../series/series.ts";
import type { Aimed } from "../aim/aimed.ts";
import type { World } from "../world.ts";
import { stopOnSignals } from "../under-way/stop-on-signals.ts";
import { keepConformance, keptConformance, type Stage } from "./upgrade-folder.ts";

/** Old names asked for again: enough to see what the server answers, few enough to clean up. */
const REPROVISIONED = 50;
const NAMES_KEPT = 20;
/** A weight that comes to no device. */
const NONE = 1e-6;

export interface StepDeps {
  readonly world: World;
  readonly folder: string;
  readonly state: UpgradeState;
  readonly coolDown: number;
  aimAt(overrides: readonly string[]): Promise<Aimed>;
  /** Called before each run of either half; undefined: everything is there. */
  readonly prepare: ((plan: Plan) => Promise<void>) | undefined;
}

/** Undefined: the plan is not over MQTT, where the rules are tried. Done once: what is kept is not tried again. */
export async function conformanceStep(
  { world, folder }: StepDeps,
  stage: Stage,
  target: ConformanceTarget | undefined,
): Promise<ConformanceResult | undefined> {
  if (target === undefined) return undefined;
  const kept = await keptConformance(folder, stage);
  if (kept !== undefined) return kept;
  using stopping = stopOnSignals(world);
  world.voice.warn(`Trying the rules of the contract on ${target.name}.`);
  const { result } = await runConformance(
    world,
    target,
    { expected: undefined, slow: false, results: folder },
    stopping.signal,
  );
  await keepConformance(folder, stage, result);
  return result;
}

/** The runs of one half, those that are still to be made. A number: it ended early with that exit code. */
export async function runsStep(deps: StepDeps, stage: Stage): Promise<RepeatState | ExitCode> {
  const { state, world } = deps;
  const folder = join(deps.folder, stage);
  await makeFolder(folder);
  const begun: RepeatState = (await readRepeat(folder)) ?? {
    version: 1,
    scenario: state.scenario,
    planHash: state.planHash,
    targets: ["own"],
    times: state.times,
    runs: [],
  };
  if (nextSide(begun) !== undefined) world.voice.warn(`${begun.times - begun.runs.length} runs to be made.`);
  return repeatRuns(world, {
    folder,
    begun,
    coolDown: deps.coolDown,
    aimAt: () => prepared(deps),
    tell: world.voice.warn,
  });
}

/** With what must be on the server before the run. */
async function prepared(deps: StepDeps): Promise<Aimed> {
  const aimed = await deps.aimAt([]);
  try {
    await deps.prepare?.(aimed.plan);
    return aimed;
  } catch (error) {
    aimed[Symbol.dispose]();
    throw error;
  }
}

/** Calls the roll of every run of before. Throws RollcallError "interrupted". */
export async function oldRollStep(
  world: World,
  folders: readonly string[],
  options: CallAgainOptions,
): Promise<OldRollCall> {
  using stopping = stopOnSignals(world);
  let sum: OldRollCall = { called: 0, connected: 0, absent: [], absentNames: [], negativeControl: "not-made" };
  for (const folder of folders) {
    const found = await callAgain(world, folder, options, stopping.signal);
    if (stopping.signal.aborted)
      throw new RollcallError("interrupted", "Interrupted.", "Give the same command again.", EXIT.interrupted);
    const names = found.absentDevices.map(({ name, seq }) => name ?? `device ${seq}`);
    const reasons = new Map(sum.absent.map(({ why, count }) => [why, count]));
    for (const { why, count } of found.absent) reasons.set(why, (reasons.get(why) ?? 0) + count);
    sum = {
      called: sum.called + found.called,
      connected: sum.connected + found.connected,
      absent: [...reasons].map(([why, count]) => ({ why, count })),
      absentNames: [...sum.absentNames, ...names].slice(0, NAMES_KEPT),
      // Once admitted is admitted; else what the last one showed.
      negativeControl: sum.negativeControl === "admitted" ? "admitted" : found.negativeControl,
    };
  }
  return sum;
}

/** Asks for names of before once more, in a run of its own; and which release its administrator was told, if any. */
export async function reprovisionStep(
  deps: StepDeps,
  oldRun: string,
): Promise<Pick<Reprovisioning, "asked" | "came"> & { readonly release: string | null }> {
  const folder = join(deps.folder, "old-names");
  const known = await readOnlySummary(folder);
  const summary = known ?? (await reprovision(deps, folder, oldRun));
  const { ledger, rejections } = summary;
  const came: Record<string, number> = {};
  if (ledger.provisioned > 0) came["SUCCESS"] = ledger.provisioned;
  for (const { status, count } of rejections) came[status] = count;
  if (ledger.failed > 0) came["no answer"] = ledger.failed;
  return { asked: ledger.started, came, release: summary.server?.version ?? null };
}

async function reprovision(deps: StepDeps, folder: string, oldRun: string): Promise<Summary> {
  await makeFolder(folder);
  using aimed = await deps.aimAt([
    ...(await oldNames(oldRun)),
    "fleet.misbehaviours={}",
    "load={closed: {concurrency: 5}}",
    "rollCall=off",
    "thresholds=[]",
  ]);
  const { name, summary } = await runOnce(deps.world, aimed, folder);
  await writeOnlyRun(folder, name);
  return summary;
}

/** Names of an earlier run, as overrides; of groups each is asked for by its own again, with its own key. */
async function oldNames(oldRun: string): Promise<readonly string[]> {
  const { fleet } = await readPlan(oldRun);
  const { groups } = fleet;
  if (groups === undefined) {
    const count = Math.min(REPROVISIONED, (await readSummary(oldRun)).ledger.provisioned);
    return [`fleet.names=${JSON.stringify({ roster: oldRun })}`, `fleet.count=${count}`];
  }
  const groupOf = createGroupOf(fleet);
  const known = groups.map((): string[] => []);
  for await (const { seq, name } of readRosters((await openRunFolder(oldRun)).rosters)) {
    if (name !== undefined && name.trim() !== "") known[groupOf(seq) ?? 0]?.push(name);
  }
  const sizes = known.map(({ length }) => length);
  const count = Math.min(
    REPROVISIONED,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  const taken = apportion(count, sizes);
  const byGroup = known.map((names, index) => names.slice(0, taken[index] ?? 0));
  const asked = groups.map((group, index) => ({ ...group, count: taken[index] ?? 0 }));
  const names = arrangeNames({ groups: asked, seed: fleet.seed }, byGroup);
  return [
    `fleet.names=${JSON.stringify(names)}`,
    `fleet.count=${count}`,
    // As shares: a group of which nobody was provisioned has none, which a count cannot say.
    ...taken.flatMap((size, index) => [
      `fleet.groups[${index}].count=`,
      `fleet.groups[${index}].share=${size === 0 ? NONE : size}`,
    ]),
  ];
}

/** Undefined: not made yet. */
async function readOnlySummary(folder: string): Promise<Summary | undefined> {
  const run = await readOnlyRun(folder);
  return run === undefined ? undefined : readSummary(join(folder, run));
}

/** Where the plan goes, for the rules, which are tried over MQTT; `mqtt`: where that is, of a plan over something else. */
export function conformanceTargetOf(
  plan: Plan,
  more: Pick<ConformanceTarget, "http" | "coap" | "admin">,
  authority: string | undefined,
  mqtt: { readonly host: string; readonly port: number } | undefined,
): ConformanceTarget | undefined {
  const { provisioning } = plan;
  const isMqtt = plan.target.transport === "mqtt";
  if (!isMqtt && mqtt === undefined) return undefined;
  const target = { ...plan.target, ...mqtt, ...(isMqtt ? {} : { tls: undefined }) };
  // One server is asked, of several the first.
  const { address, port, proxyProtocol } = target;
  const host = mqtt === undefined ? (address ?? target.host) : target.host;
  const tls = target.tls && {
    ca: authority,
    serverName: target.tls.serverName ?? (address === undefined ? undefined : target.host),
    insecure: target.tls.insecure,
    identity: target.tls.identity && readIdentity(target.tls.identity),
  };
  return {
    name: `mqtt${tls === undefined ? "" : "s"}://${host}:${port}`,
    endpoint: { host, port, tls, proxyProtocol },
    tls: tls && { host, port, tls, proxyProtocol },
    ...more,
    profile: provisioning.chain === undefined ? { key: provisioning.key, secret: provisioning.secret } : undefined,
    [Symbol.dispose]: () => undefined,
  };
}
