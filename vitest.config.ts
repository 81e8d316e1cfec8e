import { defineConfig } from "vitest/config";

/** One project per test layer; a layer that opens sockets or spawns processes does not share its cores with another file. */
const layer = (name: string, options: { readonly serial: boolean; readonly timeoutMs: number }) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: options.timeoutMs,
    hookTimeout: options.timeoutMs,
    fileParallelism: !options.serial,
  },
});

export default defineConfig({
  test: {
    projects: [
      layer("unit", { serial: false, timeoutMs: 10_000 }),
      layer("property", { serial: false, timeoutMs: 60_000 }),
      layer("contract", { serial: true, timeoutMs: 60_000 }),
      layer("golden", { serial: false, timeoutMs: 30_000 }),
      layer("integration", { serial: true, timeoutMs: 120_000 }),
      layer("e2e", { serial: true, timeoutMs: 240_000 }),
    ],
  },
});
