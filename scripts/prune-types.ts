import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * Of the type declarations that the compiler has written into dist, keeps those that the library's own lead to: types of
 * modules that nobody may import are not packed.
 */
const DIST = join(import.meta.dirname, "../dist");
const kept = new Set<string>();
const open = [join(DIST, "library/library.d.ts")];
for (let file = open.pop(); file !== undefined; file = open.pop()) {
  if (kept.has(file)) continue;
  kept.add(file);
  for (const [, path = ""] of readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?"(\.{1,2}\/[^"]+)"/g)) {
    open.push(resolve(dirname(file), path.replace(/\.[jt]s$/, ".d.ts")));
  }
}
// The compiler writes the names of the source, which is not packed.
for (const file of kept) {
  const text = readFileSync(file, "utf8").replaceAll(/((?:from|import)\s*\(?"\.{1,2}\/[^"]+)\.ts"/g, '$1.js"');
  writeFileSync(file, text);
}
for (const name of readdirSync(DIST, { recursive: true, encoding: "utf8" })) {
  const file = join(DIST, name);
  if (name.endsWith(".d.ts") && !kept.has(file)) rmSync(file);
}
