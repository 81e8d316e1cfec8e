/** A module of this folder that runs as a process of its own: TypeScript from source, JavaScript once built. There this file is part of another, in a folder beside. */
export function processEntry(name: "generator-process" | "simulator-process"): URL {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return new URL(`../processes/${name}.${extension}`, import.meta.url);
}
