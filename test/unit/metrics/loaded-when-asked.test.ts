import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = join(import.meta.dirname, "../../../src");
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
/** Imports that load a module as soon as their file is read: not `import type`, not `import(...)`. */
const STATIC = /^(?:import|export)\s+(?!type\b)[^;]*?from\s+"([^"]+)"/gm;

function loads(what: RegExp): readonly string[] {
  return files.filter((name) => {
    const text = readFileSync(join(SRC, name), "utf8");
    return [...text.matchAll(STATIC)].some(([, from = ""]) => what.test(from));
  });
}

describe("metrics that nobody asked for", () => {
  it("load nothing of OpenTelemetry: no file does so by being read", () => {
    expect(loads(/^@opentelemetry\//)).toEqual([]);
  });

  it("load nothing of the room that has it either, but the reader of the options", () => {
    expect(loads(/\/metrics\/(?!metrics-setting)/)).toEqual([]);
    expect(files.filter((name) => readFileSync(join(SRC, name), "utf8").includes('import("../../metrics/'))).toEqual([
      "runs/under-way/metrics-asked.ts",
    ]);
  });
});
