import { join } from "node:path";
import { cacheFolder } from "../machine/user-folders.ts";
import type { World } from "../world.ts";

/**
 * Where a worker keeps results until they are fetched, unless it is told: in the user's cache, and for each name apart, so that
 * workers which share a machine do not share a folder. After a restart the same name finds them again.
 */
export function workerFolder(world: Pick<World, "variables" | "home">, name: string): string {
  // A name is free text: no slash of it, and no dots that lead elsewhere, may be part of the path.
  const own = encodeURIComponent(name).replace(/^\.+/, (dots) => "%2E".repeat(dots.length));
  return join(cacheFolder(world, "worker"), own);
}
