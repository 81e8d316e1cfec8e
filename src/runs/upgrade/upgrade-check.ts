import { basename, join, resolve } from "node:path";
import { devicesAreCeiling, mostMadeBy } from "../../model/devices-of.ts";
import { EXIT, type ExitCode, RollcallError, worstExitCode } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import { targetsOf } from "../../model/target.ts";
import { requireFolder, requireWritable } from "../../record/results-folder.ts";
import { readRepeat, type UpgradeState, writeUpgrade } from "../../record/series-files.ts";
import { writeJson, writeResult } from "../../record/write-result.ts";
import type { ReportOptions } from "../../report/report.ts";
import { renderHtml } from "../../upgrade/html.ts";
import { renderJunit } from "../../upgrade/junit.ts";
import { renderMarkdown } from "../../upgrade/markdown.ts";
import type { UpgradeReport } from "../../upgrade/report.ts";
import { renderUpgrade } from "../../upgrade/text.ts";
import { readAuthority } from "../../wires/socket/endpoint.ts";
import { newRunId, overridesOf, type ScenarioOptions } from "../aim/load-scenario.ts";
import { aimAtTarget } from "../aim/aimed.ts";
import { elsewhereOf } from "../aim/places.ts";
import { readCoap, readHttp, readPlainMqtt } from "../conformance/conformance-target.ts";
import { type FormatsAsked, readFormats } from "../results/formats.ts";
import { FILE_OPTIONS } from "../../report/report.ts";
import { askBeforeMany, placesOf } from "../run/ask-before-many.ts";
import { compactTime } from "../results/find-run.ts";
import { type AdminOptions, untilStopped } from "../server/administration.ts";
import { openTenants, tenantsOf } from "../server/tenants.ts";
import { failedRuns, warnOfFewRuns } from "../series/failed-runs.ts";
import { checkNamesFresh, SETUP_INTERRUPTED, setUp } from "../server/prepare-server.ts";
import { dateOf, type World } from "../world.ts";
import { checkAfter } from "./upgrade-after.ts";
import { findUpgrade } from "./upgrade-folder.ts";
import { conformanceStep, conformanceTargetOf, runsStep, type StepDeps } from "./upgrade-steps.ts";
import { jsonText } from "../../writing/json-text.ts";
import { asTyped } from "../../writing/typed-command.ts";
import { shownPath } from "../../writing/shown-path.ts";

const REPORT = "report.txt";
export const UPGRADE_FORMATS = ["text", "html", "json", "markdown", "junit"] as const;
const EXTENSIONS = { text: "txt", markdown: "md", html: "html", json: "json", junit: "xml" } as const;

export interface UpgradeCheckOptions
  extends ScenarioOptions, AdminOptions, FormatsAsked<(typeof UPGRADE_FORMATS)[number]> {
  readonly stage: "before" | "after";
  /** Folder of all results. */
  readonly out: string;
  /** Runs of each half. */
  readonly times: number;
  /** Seconds. */
  readonly coolDown: number;
  /** Folder of a first half that was interrupted. */
  readonly resume: string | undefined;
  readonly setup: boolean | undefined;
  readonly mqtt: string | undefined;
  readonly coap: string | undefined;
  /** Do not ask before many devices are made. */
  readonly yes: boolean;
}

/** One half of the check of an upgrade; says what came of it. Throws RollcallError. */
export async function upgradeCheck(world: World, options: UpgradeCheckOptions): Promise<ExitCode> {
  const { voice } = world;
  const giving = await readFormats<(typeof UPGRADE_FORMATS)[number]>(voice, options, EXTENSIONS, ["run"]);
  const overrides = overridesOf(options);
  const existing =
    options.stage === "after"
      ? await findUpgrade(options.scenario, options.out)
      : options.resume === undefined
        ? undefined
        : await findUpgrade(options.resume, options.out);
  await requireWritable(existing?.folder ?? options.out);
  const scenario = existing?.state.scenario ?? options.scenario;
  const aimAt = (more: readonly string[]) =>
    aimAtTarget(world, scenario, [...overrides, ...more], options.out, options);
  using draft = await aimAt([]);
  const { plan } = draft;
  checkNamesFresh(plan, options.setup === true);
  const state: UpgradeState = existing?.state ?? {
    version: 1,
    scenario,
    times: options.times,
    planHash: plan.hash,
  };
  if (state.planHash !== plan.hash) throw otherPlan();
  const folder = existing?.folder ?? resolve(options.out, `upgrade-${compactTime(dateOf(world.clock))}-${newRunId()}`);
  if (options.stage === "before") warnOfFewRuns(voice, state.times);
  const made = existing === undefined ? 0 : ((await readRepeat(join(folder, options.stage)))?.runs.length ?? 0);
  await askBeforeMany(world, {
    devices: mostMadeBy(plan) * (state.times - made),
    atMost: devicesAreCeiling(plan),
    places: targetsOf(plan).flatMap(placesOf),
    simulated: draft.simulator !== undefined,
    yes: options.yes,
  });
  await requireFolder(folder);
  await writeUpgrade(folder, state);
  let shown = false;
  const prepare = async (run: Plan): Promise<void> => {
    await untilStopped(world, SETUP_INTERRUPTED, async (stop) => {
      await using tenants = openTenants(world, await tenantsOf(run, options, world.variables));
      const { lines } = await setUp(world, run, tenants, options, stop);
      for (const line of shown ? [] : lines) voice.warn(line);
      shown = true;
    });
  };
  const deps: StepDeps = {
    world,
    folder,
    state,
    coolDown: options.coolDown,
    aimAt,
    prepare: options.setup === true ? prepare : undefined,
  };
  const mqtt = options.mqtt === undefined ? undefined : readPlainMqtt(options.mqtt);
  const coap = options.coap === undefined ? undefined : readCoap(options.coap);
  const asked = partOverMqtt(plan);
  const admin = draft.tenants.find(({ groups }) => groups.includes(asked.index))?.access;
  const authority = asked.plan.target.tls?.caFile;
  const ca = authority === undefined ? undefined : readAuthority(authority);
  const target = conformanceTargetOf(
    asked.plan,
    { http: admin && readHttp(admin.url, admin.tls), coap, admin },
    ca,
    mqtt,
  );

  if (options.stage === "before") {
    await conformanceStep(deps, "before", target);
    const ended = await runsStep(deps, "before");
    if (typeof ended === "number") {
      voice.warn(`Go on with: rollcall upgrade-check before ${scenario} --resume ${shownPath(folder, world.folder)}`);
      return ended;
    }
    const failed = await failedRuns(join(folder, "before"), ended);
    for (const { name, headline } of failed) voice.warn(`${name}: ${headline}`);
    await voice.say(`Kept in ${shownPath(folder, world.folder)}. Upgrade the server, leave the devices, then:`);
    const next = `  rollcall upgrade-check after ${shownPath(folder, world.folder)}   (and the same options)`;
    await voice.say(asTyped(next, voice.display().program));
    return worstExitCode(failed.map(({ exitCode }) => exitCode));
  }
  const same = plan.groups === undefined ? elsewhereOf(plan.target) : { host: undefined, port: undefined };
  const where = { ...same, targets: targetsOf(plan), concurrency: undefined, rate: undefined };
  const report = await checkAfter(deps, { strategy: plan.provisioning.strategy, target, where });
  if (typeof report === "number") {
    voice.warn("Give the same command again: it goes on where it was.");
    return report;
  }
  await writeJson(folder, "report.json", report);
  await writeResult(folder, REPORT, renderUpgrade(report, FILE_OPTIONS));
  await giving.give(renderers(report, draft.simulator !== undefined), { run: basename(folder) }, EXIT.unhealthy);
  voice.warn(`Saved: ${shownPath(folder, world.folder)}/${REPORT} and report.json`);
  return report.verdict.exitCode;
}

function renderers(report: UpgradeReport, simulated: boolean) {
  return {
    text: (display: ReportOptions) => renderUpgrade(report, display),
    html: () => renderHtml(report, simulated),
    json: () => `${jsonText(report, 2)}\n`,
    markdown: () => renderMarkdown(report),
    junit: () => renderJunit(report),
  };
}

/** Of groups the first over MQTT, where the rules are tried: each has its own key. */
function partOverMqtt(plan: Plan): { readonly index: number; readonly plan: Plan } {
  const index = Math.max(0, plan.groups?.findIndex(({ target }) => target.transport === "mqtt") ?? 0);
  const group = plan.groups?.[index];
  return {
    index,
    plan: group === undefined ? plan : { ...plan, target: group.target, provisioning: group.provisioning },
  };
}

function otherPlan(): RollcallError {
  return new RollcallError(
    "plan-changed",
    "The scenario, with these options, is not the one of `upgrade-check before`.",
    "Give the same scenario file and the same --set.",
  );
}
