import { strangerOf } from "../../fleet/stranger.ts";
import { createClock } from "../../generator/clock.ts";
import { urlOf } from "../../model/target.ts";
import { readRosters } from "../../record/roster.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { readPlan } from "../../record/plan-file.ts";
import { dateOf, type World } from "../world.ts";
import { createProgressLines } from "./progress-lines.ts";
import { type Verification, verifyRoll } from "./verify-roll.ts";
import { lookUpPlaces, targetElsewhere } from "../aim/places.ts";
import { createLoginRoutes } from "../aim/routes.ts";
import { createLogin } from "../aim/wire.ts";

/** What is not as it was in the run. */
export interface CallAgainOptions {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly concurrency: number | undefined;
  readonly rate: number | undefined;
}

/** Calls the roll of an earlier run again, with a line of progress now and then. */
export async function callAgain(
  { clock, voice }: Pick<World, "clock" | "voice">,
  folder: string,
  options: CallAgainOptions,
  stop: AbortSignal,
): Promise<Verification> {
  const plan = await readPlan(folder);
  const { rosters } = await openRunFolder(folder);
  const { target } = await lookUpPlaces(targetElsewhere(plan.target, options));
  const login = await createLogin({ ...plan, target }, false);
  const routes = await createLoginRoutes({ ...plan, target });
  using progress = createProgressLines(voice.warn);
  try {
    return await verifyRoll(
      {
        run: plan.runId,
        target: urlOf(target),
        startedAt: dateOf(clock).toISOString(),
        clock: createClock(clock.monotonic(), clock.monotonic),
        login,
        routes,
        stranger: strangerOf(plan),
        issued: readRosters(rosters),
        concurrency: options.concurrency ?? plan.rollCall.concurrency,
        rate: options.rate ?? plan.rollCall.rate,
        onProgress: (called, absent) => progress.show(called, absent),
      },
      stop,
    );
  } finally {
    await Promise.all([login.close(), routes?.close()]);
  }
}
