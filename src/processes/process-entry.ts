/** A module of this folder that runs as a process of its own: TypeScript from source, JavaScript once built. */
export function processEntry(name: "generator-process" | "simulator-process"): URL {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new URL(`${name}.${extension}`, import.meta.url);
}
