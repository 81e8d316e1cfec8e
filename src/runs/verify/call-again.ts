import { strangerOf } from "../../fleet/stranger.ts";
import { createGroupOf } from "../../model/group-of.ts";
import { createClock } from "../../generator/clock.ts";
import { urlsOfPlan } from "../../model/target.ts";
import { readRosters } from "../../record/roster.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { readPlan } from "../../record/plan-file.ts";
import { dateOf, type World } from "../world.ts";
import { createProgressLines } from "./progress-lines.ts";
import { type Verification, verifyRoll } from "./verify-roll.ts";
import { type CallAgainOptions, issuedIn, recalled } from "./recalled.ts";
import { createLoginRoutes } from "../wiring/routes.ts";
import { createLogin } from "../wiring/wire.ts";

/** Calls the roll of an earlier run again, with a line of progress now and then. */
export async function callAgain(
  { clock, voice }: Pick<World, "clock" | "voice">,
  folder: string,
  options: CallAgainOptions,
  stop: AbortSignal,
): Promise<Verification> {
  const plan = await readPlan(folder);
  const { rosters } = await openRunFolder(folder);
  const found = await recalled(plan, options);
  const { target, rollCall } = found;
  const login = await createLogin({ ...plan, target }, false);
  const routes = await createLoginRoutes({ ...plan, ...found });
  using progress = createProgressLines(voice.warn);
  try {
    return await verifyRoll(
      {
        run: plan.runId,
        target: urlsOfPlan({ ...plan, ...found }),
        startedAt: dateOf(clock).toISOString(),
        clock: createClock(clock.monotonic(), clock.monotonic),
        login,
        routes,
        stranger: strangerOf(plan),
        groupOf: createGroupOf(plan.fleet),
        issued: issuedIn(plan, rollCall, readRosters(rosters)),
        at: rollCall.at,
        places: target.hosts ?? [],
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
