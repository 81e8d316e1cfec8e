import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

/*
 * The program as it is published: in a few files for each process instead of some hundred, which halves what Node has to find and read at
 * each start. Packages stay packages. Each process by itself: what several share would be cut into small files again.
 */
const ENTRIES = ["cli/main", "library/library", "processes/generator-process", "processes/simulator-process"];
const ROOT = join(import.meta.dirname, "..");
const DIST = join(ROOT, "dist");

rmSync(DIST, { recursive: true, force: true });
for (const entry of ENTRIES) {
  const bundle = await rolldown({
    input: { [entry]: join(ROOT, `src/${entry}.ts`) },
    platform: "node",
    external: (specifier) => !/^(?:[./]|@oxc-project\/runtime\/)/.test(specifier),
    // The oldest Node that the package is for: it knows no `using`. What stands in for it is part of the bundle.
    transform: { target: "node22.15" },
    // What is loaded when it is needed by one process, and at once by another, is said each time.
    checks: { ineffectiveDynamicImport: false },
  });
  // One folder below dist, as the entries: paths beside a module lead to the same place from each.
  await bundle.write({
    dir: DIST,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: `${entry.split("/").at(-1)}/[name]-[hash].js`,
    comments: false,
  });
  await bundle.close();
}
mkdirSync(join(DIST, "dashboard/browser"), { recursive: true });
copyFileSync(join(ROOT, "src/dashboard/browser/live.js"), join(DIST, "dashboard/browser/live.js"));
