#!/usr/bin/env node
// The command: what was built in a package, the source in a checkout. Plain JavaScript without anything new, so that an old
// Node comes as far as the sentence about it.
import { existsSync } from "node:fs";
import module from "node:module";
import process from "node:process";

const source = new URL("../src/cli/main.ts", import.meta.url);
const inCheckout = existsSync(source);
const needed = inCheckout ? [24, 0] : [22, 15];
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  const remedy = inCheckout
    ? "`npm ci` brings it: start with `npx rollcall`, `npm start` or `npm run rollcall -- <command>`."
    : "Install a newer Node, or try `npx -y -p node@24 -p rollcall rollcall --help`.";
  process.stderr.write(
    `rollcall: this is Node ${process.versions.node}, and rollcall needs ${needed.join(".")} or later. ${remedy}\n`,
  );
  process.exitCode = 2;
} else {
  // Before anything is loaded that the cache is for: it halves the time to the first line, here and in the processes started
  // from here. TypeScript is stripped of its types (a tenth of a second) only where the cache has no stripped text yet.
  module.enableCompileCache();
  const cache = module.getCompileCacheDir();
  if (cache !== undefined && process.env["NODE_COMPILE_CACHE"] === undefined) process.env["NODE_COMPILE_CACHE"] = cache;
  void import(inCheckout ? source.href : new URL("../dist/cli/main.js", import.meta.url).href);
}
