import type { BackgroundFleet } from "../../generator/background.ts";
import type { BackgroundPlan } from "../../model/background.ts";
import type { Plan } from "../../model/plan.ts";
import type { Shard } from "../../model/ports.ts";
import { readBackgroundDevices } from "./background-roster.ts";
import { createSpeakerRoutes } from "./routes.ts";
import { loadSpeakers } from "./wire.ts";

/** One shard's part of a background, ready to log in. Throws RollcallError as `readBackgroundDevices`. */
export async function openBackground(plan: Plan, background: BackgroundPlan, shard: Shard): Promise<BackgroundFleet> {
  const [devices, logins, routes] = await Promise.all([
    readBackgroundDevices(background, shard),
    loadSpeakers(plan, background),
    createSpeakerRoutes(plan, background),
  ]);
  return { devices, login: logins(plan.target), routes };
}
