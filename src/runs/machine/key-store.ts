import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { KeyStore } from "../../fleet/certificates.ts";

/**
 * Private keys of simulated devices, kept from run to run in the user's cache folder, 0600: RSA keys take a tenth of a
 * second each. A cache that cannot be read or written is none: the keys are made again.
 */
export function createKeyStore(folder = defaultFolder()): KeyStore {
  const pathOf = (id: string): string => join(folder, id);
  return {
    read: (id) => readFile(pathOf(id)).catch(() => undefined),
    async write(id, pkcs8) {
      const whole = pathOf(id);
      // Renamed when it is whole: another run may look for it at any time.
      const part = `${whole}.${process.pid}`;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(part, pkcs8, { mode: 0o600 });
        await rename(part, whole);
      } catch {
        // See above.
      }
    },
  };
}

function defaultFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "rollcall", "keys");
}
