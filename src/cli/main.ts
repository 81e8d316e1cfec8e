import process from "node:process";

const typed = process.argv.slice(2);
// Loaded only where it is needed: a module graph is read as a whole, before its first line runs. Version and help need little of it.
if (typed.length === 1 && typed[0] === "--version") {
  const { ROLLCALL_VERSION } = await import("../model/version.ts");
  process.stdout.write(`${ROLLCALL_VERSION}\n`);
} else {
  const { asksForHelp, programHelp } = await import("./program-help.ts");
  if (asksForHelp(typed)) process.stdout.write(`${programHelp(process.stdout)}\n`);
  else {
    const { run } = await import("./program.ts");
    process.exit(await run(typed));
  }
}
