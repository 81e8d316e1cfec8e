import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { KeyStore } from "../../fleet/certificate-ports.ts";
import type { World } from "../world.ts";
import { cacheFolder } from "./user-folders.ts";
import { makeFolder } from "../../record/make-folder.ts";
import { writeWholeFile } from "../../record/whole-file.ts";

/**
 * Private keys of simulated devices, kept from run to run in the user's cache folder, 0600: RSA keys take a tenth of a
 * second each. A cache that cannot be read or written is none: the keys are made again.
 */
export function createKeyStore(folder: string): KeyStore {
  const pathOf = (id: string): string => join(folder, id);
  return {
    read: (id) => readFile(pathOf(id)).catch(() => undefined),
    async write(id, pkcs8) {
      try {
        await makeFolder(folder);
        // Another run may look for it at any time.
        await writeWholeFile(pathOf(id), pkcs8);
      } catch {
        // See above.
      }
    },
  };
}

/** The folder of this user. */
export function keyFolder(world: Pick<World, "variables" | "home">): string {
  return cacheFolder(world, "keys");
}
