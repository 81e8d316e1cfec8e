import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { type Plugin, rolldown } from "rolldown";

/*
 * The program as it is published: in a few files for each process instead of some hundred, which halves what Node has to find and read at
 * each start. Packages stay packages, but for those of INSIDE. Each process by itself: what several share would be cut into small files
 * again.
 */
const ENTRIES = ["cli/main", "library/library", "processes/generator-process", "processes/simulator-process"] as const;
const ROOT = join(import.meta.dirname, "..");
const PACKAGES = "/node_modules/";

/** What each start loads, and is in many files: of zod's 95, 64 are languages that nobody asks for. With what they need themselves. */
const INSIDE = ["yaml", "yargs", "zod"];

/** yargs measures its help with it, and to be ready takes it as long as all else that yargs does. We have the same, and it is ready. */
const OWN_WIDTH = "\0own-text-width";
const ownTextWidth: Plugin = {
  name: "own-text-width",
  resolveId: (specifier) => (specifier === "string-width" ? OWN_WIDTH : null),
  load: (id) =>
    id === OWN_WIDTH
      ? `export { displayWidth as default } from ${JSON.stringify(join(ROOT, "src/writing/text-width.ts"))};`
      : null,
};

/** Into an empty folder, or over what is in it. */
export async function buildProgram(
  dist: string,
  entries: readonly (typeof ENTRIES)[number][] = ENTRIES,
): Promise<void> {
  const inside = new Set<string>();
  for (const entry of entries) {
    const bundle = await rolldown({
      input: { [entry]: join(ROOT, `src/${entry}.ts`) },
      platform: "node",
      external: (specifier, importer) => isBuiltin(specifier) || !(isInside(specifier) || importer?.includes(PACKAGES)),
      plugins: [ownTextWidth],
      // The oldest Node that the package is for: it knows no `using`. What stands in for it is part of the bundle.
      transform: { target: "node22.15" },
      // What is loaded when it is needed by one process, and at once by another, is said each time.
      checks: { ineffectiveDynamicImport: false },
    });
    // One folder below dist, as the entries: paths beside a module lead to the same place from each.
    const { output } = await bundle.write({
      dir: dist,
      format: "esm",
      entryFileNames: "[name].js",
      chunkFileNames: `${entry.split("/").at(-1)}/[name]-[hash].js`,
      comments: false,
    });
    await bundle.close();
    for (const id of output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []))) {
      if (id.includes(PACKAGES)) inside.add(packageOf(id));
    }
  }
  mkdirSync(join(dist, "dashboard/browser"), { recursive: true });
  copyFileSync(join(ROOT, "src/dashboard/browser/live.js"), join(dist, "dashboard/browser/live.js"));
  // Whoever passes on a package passes on its licence.
  writeFileSync(join(dist, "licences.txt"), [...inside].toSorted().map(licenceOf).join("\n\n"));
}

/** What is ours, what stands in for newer syntax, and the packages that are taken in. */
function isInside(specifier: string): boolean {
  return (
    /^(?:[./]|@oxc-project\/runtime\/)/.test(specifier) ||
    specifier === "string-width" ||
    INSIDE.some((name) => specifier === name || specifier.startsWith(`${name}/`))
  );
}

/** Folder of the package that a module belongs to. */
function packageOf(id: string): string {
  const from = id.lastIndexOf(PACKAGES) + PACKAGES.length;
  const name = id
    .slice(from)
    .split("/", id[from] === "@" ? 2 : 1)
    .join("/");
  return id.slice(0, from) + name;
}

/** With the package's name and version. */
function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<
    string,
    string
  >;
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) throw new Error(`${folder} has no licence that could be passed on`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}

if (import.meta.main) {
  const dist = join(ROOT, "dist");
  rmSync(dist, { recursive: true, force: true });
  await buildProgram(dist);
}
