import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { type Layer, LAYERS, turnOf } from "./test/support/layers.ts";

// As the program sets it for the processes that it starts: compiling them again and again would be most of a test.
const env = { NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? join(tmpdir(), "rollcall-compile-cache") };

const support = (name: string): string => join(import.meta.dirname, "test/support", name);
/** Fails a file of tests that leaves something in the folder for temporary files. */
const ownTemporary = support("own-tmp.ts");

/** One project per test layer. */
const project = (layer: Layer) => ({
  test: {
    name: layer.name,
    env,
    isolate: false,
    execArgv: ["--import", support("own-imports.ts")],
    // Nothing is mocked, so that no module has to be read for it.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    include: [`test/${layer.name}/**/*.test.ts`],
    testTimeout: layer.timeoutMs,
    hookTimeout: layer.timeoutMs,
    ...turnOf(layer),
    setupFiles: [ownTemporary, ...layer.setup.map(support)],
    globalSetup: layer.built ? [support("provide-program.ts")] : [],
  },
});

export default defineConfig({
  test: {
    projects: [
      ...LAYERS.map(project),
      // As a script has it that imports the package; here the package is the source.
      {
        resolve: { alias: { rollcall: join(import.meta.dirname, "src/library/library.ts") } },
        test: {
          name: "examples",
          env,
          setupFiles: [ownTemporary],
          include: ["examples/**/*.test.ts"],
          testTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
