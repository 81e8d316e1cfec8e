import { join } from "node:path";
import type { World } from "../world.ts";

type Surroundings = Pick<World, "variables" | "home">;

/** This user's folder for what can be made again (XDG Base Directory Specification), of that name. */
export function cacheFolder({ variables, home }: Surroundings, name: string): string {
  return join(variables["XDG_CACHE_HOME"] || join(home, ".cache"), "rollcall", name);
}

/** This user's folder for what is to stay, of that name. */
export function stateFolder({ variables, home }: Surroundings, name: string): string {
  return join(variables["XDG_STATE_HOME"] || join(home, ".local", "state"), "rollcall", name);
}
