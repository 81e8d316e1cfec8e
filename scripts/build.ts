import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

/*
 * The program as it is published: in a few files for each process instead of some hundred, which halves what Node has to find and read at
 * each start. Packages stay packages, but for zod: of its 95 files, all loaded at each start, 64 are languages that nobody asks for. Each
 * process by itself: what several share would be cut into small files again.
 */
const ENTRIES = ["cli/main", "library/library", "processes/generator-process", "processes/simulator-process"] as const;
const ROOT = join(import.meta.dirname, "..");

/** Into an empty folder, or over what is in it. */
export async function buildProgram(
  dist: string,
  entries: readonly (typeof ENTRIES)[number][] = ENTRIES,
): Promise<void> {
  for (const entry of entries) {
    const bundle = await rolldown({
      input: { [entry]: join(ROOT, `src/${entry}.ts`) },
      platform: "node",
      external: (specifier) => !/^(?:[./]|@oxc-project\/runtime\/|zod$)/.test(specifier),
      // The oldest Node that the package is for: it knows no `using`. What stands in for it is part of the bundle.
      transform: { target: "node22.15" },
      // What is loaded when it is needed by one process, and at once by another, is said each time.
      checks: { ineffectiveDynamicImport: false },
    });
    // One folder below dist, as the entries: paths beside a module lead to the same place from each.
    await bundle.write({
      dir: dist,
      format: "esm",
      entryFileNames: "[name].js",
      chunkFileNames: `${entry.split("/").at(-1)}/[name]-[hash].js`,
      comments: false,
    });
    await bundle.close();
  }
  mkdirSync(join(dist, "dashboard/browser"), { recursive: true });
  copyFileSync(join(ROOT, "src/dashboard/browser/live.js"), join(dist, "dashboard/browser/live.js"));
  // Whoever passes on a part of it passes on its licence.
  copyFileSync(join(ROOT, "node_modules/zod/LICENSE"), join(dist, "zod-licence.txt"));
}

if (import.meta.main) {
  const dist = join(ROOT, "dist");
  rmSync(dist, { recursive: true, force: true });
  await buildProgram(dist);
}
