import type { BackgroundFleet } from "../../generator/background.ts";
import type { BackgroundPlan } from "../../model/background.ts";
import type { Plan } from "../../model/plan.ts";
import type { Shard } from "../../model/ports.ts";
import { readBackgroundDevices, readOwnBackground } from "../names/background-devices.ts";
import { createSpeakerRoutes } from "./routes.ts";
import { loadSpeakers } from "./wire.ts";

/** One shard's part of a background, ready to log in; `own`: see GeneratorInit. Throws RollcallError as `readBackgroundDevices`. */
export async function openBackground(
  plan: Plan,
  background: BackgroundPlan,
  shard: Shard,
  own: string | undefined,
): Promise<BackgroundFleet> {
  const [devices, logins, routes] = await Promise.all([
    own === undefined ? readBackgroundDevices(background, shard) : readOwnBackground(own, shard),
    loadSpeakers(plan, background),
    createSpeakerRoutes(plan, background),
  ]);
  return { devices, login: logins(plan.target), routes };
}
