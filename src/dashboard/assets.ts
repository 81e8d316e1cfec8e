import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Route } from "./serve.ts";

/** The page's script, and the library that draws: the same that draws reports, from the same package on this machine. */
export function assetRoutes(): Readonly<Record<string, Route>> {
  return {
    "/live.js": asset(fileURLToPath(new URL("../dashboard/browser/live.js", import.meta.url))),
    "/echarts.js": asset(join(dirname(createRequire(import.meta.url).resolve("echarts")), "echarts.esm.min.mjs")),
  };
}

/** Read when the first browser asks. */
function asset(path: string): Route {
  let read: Promise<Buffer> | undefined;
  return {
    method: "GET",
    isAsset: true,
    answer: async () => ({ type: "script", body: await (read ??= readFile(path)) }),
  };
}
