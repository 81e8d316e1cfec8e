import process from "node:process";

const typed = process.argv.slice(2);
// Loaded only where it is needed: a module graph is read as a whole, before its first line runs. The version needs none of it.
if (typed.length === 1 && typed[0] === "--version") {
  const { ROLLCALL_VERSION } = await import("../model/version.ts");
  process.stdout.write(`${ROLLCALL_VERSION}\n`);
} else {
  const { run } = await import("./program.ts");
  process.exit(await run(typed));
}
