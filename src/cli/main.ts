#!/usr/bin/env node
import module from "node:module";
import process from "node:process";

/** Node 24 runs TypeScript from source and has all that rollcall uses of it; older ones fail in less clear ways. */
const NEEDED = 24;

if (Number(process.versions.node.split(".")[0]) < NEEDED) {
  process.stderr.write(
    `rollcall: this is Node ${process.versions.node}; rollcall needs Node ${NEEDED} or later.\n` +
      "`npm ci` installs it beside rollcall: start with `npm start`, or with `npm run rollcall -- <command>`.\n",
  );
  process.exitCode = 2;
} else {
  // Halves the time to the first line, here and in the processes started from here.
  module.enableCompileCache();
  const cache = module.getCompileCacheDir();
  if (cache !== undefined) process.env["NODE_COMPILE_CACHE"] ??= cache;
  const typed = process.argv.slice(2);
  // Loaded only now: a module graph is read as a whole, before its first line runs. The version needs none of it.
  if (typed.length === 1 && typed[0] === "--version") {
    const { ROLLCALL_VERSION } = await import("../model/version.ts");
    process.stdout.write(`${ROLLCALL_VERSION}\n`);
  } else {
    const { run } = await import("./program.ts");
    process.exit(await run(typed));
  }
}
