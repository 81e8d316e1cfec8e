import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseSync } from "oxc-parser";
import { expect, it } from "vitest";

const SRC = resolve(import.meta.dirname, "../../../src");

const known = new Map<string, readonly string[]>();

/** What a module loads before its first line runs: not what it takes the types of, nor what it loads when it is needed. */
function loadedBy(file: string): readonly string[] {
  const found = known.get(file) ?? readImports(file);
  known.set(file, found);
  return found;
}

function readImports(file: string): readonly string[] {
  const { program } = parseSync(file, readFileSync(file, "utf8"));
  return program.body.flatMap((node) => {
    if (node.type === "ImportDeclaration") {
      const types = node.specifiers.every((each) => each.type === "ImportSpecifier" && each.importKind === "type");
      return node.importKind === "type" || (node.specifiers.length > 0 && types) ? [] : [node.source.value];
    }
    if (node.type === "ExportAllDeclaration") return node.exportKind === "type" ? [] : [node.source.value];
    if (node.type === "ExportNamedDeclaration" && node.source !== null) return [node.source.value];
    return [];
  });
}

const packagesOf = (entry: string): readonly string[] => foreignOf(entry).filter((name) => !name.startsWith("node:"));
const builtInsOf = (entry: string): readonly string[] => foreignOf(entry).filter((name) => name.startsWith("node:"));

/** Names of all packages and modules of Node that are loaded with an entry in `src`. */
function foreignOf(entry: string): readonly string[] {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const next = [join(SRC, entry)];
  for (let file = next.pop(); file !== undefined; file = next.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const specifier of loadedBy(file)) {
      if (specifier.startsWith(".")) next.push(resolve(file, "..", specifier));
      else packages.add(/^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier);
    }
  }
  return [...packages].sort();
}

// Each generator and each simulator of a run pays for every module before its first device: some 0.1 s of processor for zod alone.
it.each([
  ["processes/generator-process.ts", ["hdr-histogram-js"]],
  ["processes/simulator-process.ts", ["coap-packet", "mqtt-packet"]],
  ["cli/main.ts", []],
  ["runs/run/start-run.ts", ["fastest-levenshtein", "hdr-histogram-js", "p-limit", "yaml", "zod"]],
])("%s loads no package at its start that it does not always need", (entry, packages) => {
  expect(packagesOf(entry)).toEqual(packages);
});

// `import` of such a module of Node reads all that it exports: that of node:http loads WebSocket and fetch, that of node:tls every authority
// of the system. Each takes longer than a hundred files.
it.each(["processes/generator-process.ts", "processes/simulator-process.ts", "cli/main.ts", "runs/run/start-run.ts"])(
  "%s has node:http and node:tls by require, where they are needed",
  (entry) => {
    const dear = ["node:http", "node:https", "node:tls"];
    expect(builtInsOf(entry).filter((name) => dear.includes(name))).toEqual([]);
  },
);
