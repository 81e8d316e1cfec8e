import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

interface Layer {
  readonly serial: boolean;
  readonly timeoutMs: number;
  readonly setup?: readonly string[];
  /** Its tests start the program as a process: as it is published. */
  readonly built?: boolean;
}

// As the program sets it for the processes that it starts: compiling them again and again would be most of a test.
const env = { NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? join(tmpdir(), "rollcall-compile-cache") };

/** Fails a file of tests that leaves something in the folder for temporary files. */
const ownTemporary = join(import.meta.dirname, "test/support/own-tmp.ts");
const provideProgram = join(import.meta.dirname, "test/support/provide-program.ts");

/** One project per test layer; a layer that opens sockets or spawns processes does not share its cores with another file. */
const layer = (name: string, options: Layer) => ({
  test: {
    name,
    env,
    isolate: false,
    // Nothing is mocked, so that no module has to be read for it.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: options.timeoutMs,
    hookTimeout: options.timeoutMs,
    fileParallelism: !options.serial,
    setupFiles: [ownTemporary, ...(options.setup ?? [])],
    globalSetup: options.built === true ? [provideProgram] : [],
  },
});

export default defineConfig({
  test: {
    projects: [
      layer("unit", { serial: false, timeoutMs: 10_000 }),
      layer("property", { serial: false, timeoutMs: 180_000, setup: ["test/support/fast-properties.ts"] }),
      layer("contract", { serial: true, timeoutMs: 60_000 }),
      layer("golden", { serial: false, timeoutMs: 30_000 }),
      layer("integration", { serial: true, timeoutMs: 120_000, built: true }),
      layer("e2e", { serial: true, timeoutMs: 240_000, built: true }),
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
