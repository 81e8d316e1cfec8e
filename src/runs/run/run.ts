import { devicesAreCeiling, mostMadeBy } from "../../model/devices-of.ts";
import type { ExitCode } from "../../model/error.ts";
import { aim, type AimOptions } from "../aim/aim.ts";
import type { TypedMetrics } from "../../metrics/metrics-setting.ts";
import { untilStopped } from "../server/administration.ts";
import { SETUP_INTERRUPTED, setUp } from "../server/prepare-server.ts";
import { provideSecrets } from "../server/setup.ts";
import { openTenants, tenantsOf } from "../server/tenants.ts";
import { type LabelsAsked, readLabelsAsked } from "../history/labels-asked.ts";
import { openMetricsAsked } from "../under-way/metrics-asked.ts";
import { requireWritable } from "../../record/results-folder.ts";
import { openWatchPage, type PageAsked } from "../under-way/watch-page.ts";
import type { World } from "../world.ts";
import { type EndReportsAsked, readEndReports } from "../results/run-reports.ts";
import { targetsOf } from "../../model/target.ts";
import { askBeforeMany, placesOf } from "./ask-before-many.ts";
import { executeRun } from "./execute-run.ts";
import { requireAllowed } from "./run-events.ts";

export interface RunOptions extends AimOptions, EndReportsAsked, LabelsAsked, PageAsked, TypedMetrics {
  /** Make what must be on the server first. */
  readonly setup: boolean | undefined;
  /** See SetupOptions. */
  readonly generate: string | undefined;
  readonly quiet: boolean;
  /** All of the text report at the end. */
  readonly full: boolean;
  /** Do not ask before many devices are made. */
  readonly yes: boolean;
  /** The scenario's events may run their commands. */
  readonly allowCommands: boolean;
}

/** One run of a scenario, its server set up first where that is asked for. Throws RollcallError. */
export async function run(world: World, options: RunOptions): Promise<ExitCode> {
  await requireWritable(options.out);
  const reports = await readEndReports(world, options, false);
  const labels = readLabelsAsked(options);
  await using metrics = await openMetricsAsked(world, options);
  await using page = await openWatchPage(world, options);
  const isSetUp = options.setup === true;
  if (isSetUp) await untilStopped(world, SETUP_INTERRUPTED, (stop) => provideSecrets(world, options, stop));
  using aimed = await aim(world, options);
  requireAllowed(aimed.plan, options.allowCommands);
  await askBeforeMany(world, {
    devices: mostMadeBy(aimed.plan),
    atMost: devicesAreCeiling(aimed.plan),
    places: targetsOf(aimed.plan).flatMap(placesOf),
    simulated: aimed.simulator !== undefined,
    yes: options.yes,
  });
  if (isSetUp) {
    await untilStopped(world, SETUP_INTERRUPTED, async (stop) => {
      await using tenants = openTenants(world, await tenantsOf(aimed.plan, options, world.variables));
      const { lines } = await setUp(world, aimed.plan, tenants, options, stop);
      for (const line of lines) world.voice.warn(line);
    });
  }
  const { out: results, quiet, full } = options;
  return await executeRun(world, aimed, {
    results,
    quiet,
    full,
    reports,
    labels,
    page,
    metrics,
    commands: options.allowCommands,
  });
}
