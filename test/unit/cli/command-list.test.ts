import { describe, expect, it } from "vitest";
import yargs from "yargs";
import { ownIo } from "../../../src/cli/streams.ts";
import { createWorld } from "../../../src/cli/world.ts";
import { COMMANDS } from "../../../src/cli/command-list.ts";
import { completionScript } from "../../../src/cli/completion-script.ts";
import { programUsage } from "../../../src/cli/program-usage.ts";
import { spawnSync } from "node:child_process";

const world = createWorld(ownIo());
const names = Object.keys(COMMANDS);

async function helpOf(name: string): Promise<string> {
  const program = yargs([name]).scriptName("rollcall").wrap(null);
  (await COMMANDS[name]?.load())?.add(program, world, () => undefined, COMMANDS);
  return program.getHelp();
}

describe("every command", { timeout: 60_000 }, () => {
  it.each(names)("%s says of itself what the list says, has an example, and describes each option", async (name) => {
    const help = await helpOf(name);
    expect(help).toContain(`rollcall ${COMMANDS[name]?.usage}\n\n${COMMANDS[name]?.describe}\n`);
    expect(help).toMatch(/\nExamples:\n {2}\S*(?:eval "\$\()?rollcall /);
    const rows = help.split("\n").filter((line) => /^ {2,}(?:-\w, )?(?:--)?[a-z][\w-]* {2,}/.test(line));
    expect(rows.length).toBeGreaterThan(1);
    expect(
      rows.filter(
        (line) =>
          / {2,}\[(?:string|number|boolean|array|choices|required)/.test(line) && !/ {2,}[^\s[].* \[/.test(line),
      ),
    ).toEqual([]);
  });

  it("stands in the program's help, under what it is for, at any width", () => {
    const usage = programUsage(80);
    for (const { usage: own } of Object.values(COMMANDS)) expect(usage).toContain(`\n  ${own} `);
    const rows = usage.split("\n").filter((line) => line.startsWith("  "));
    expect(rows.filter((line) => line.length > 80)).toEqual([]);
  });
});

describe("the completion", { timeout: 60_000 }, () => {
  it("knows commands, options and their values, and starts no program for a Tab", async () => {
    const script = await completionScript(world, COMMANDS, "bash");
    const complete = (...typed: readonly string[]): readonly string[] => {
      const words = typed.map((word) => `'${word}'`).join(" ");
      const tab = `PATH=/nowhere; COMP_WORDS=(${words}); COMP_CWORD=${typed.length - 1}; _rollcall; echo "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = spawnSync("bash", ["-c", `${script}\n${tab}`], {
        encoding: "utf8",
        cwd: "/proc/self/fd",
      });
      expect(stderr).toBe("");
      return stdout.trim().split(" ");
    };
    expect(complete("rollcall", "com")).toEqual(["compare", "completion"]);
    expect(complete("rollcall", "run", "x.yaml", "--pre")).toEqual(["--preset"]);
    expect(complete("rollcall", "compare", "a", "-f", "j")).toEqual(["json", "junit"]);
    expect(complete("rollcall", "upgrade-check", "be")).toEqual(["before"]);
    expect(complete("rollcall", "compare", "a", "--format", "=", "j")).toEqual(["json", "junit"]);
  });

  const zsh = spawnSync("zsh", ["--version"]).error === undefined;
  it.skipIf(!zsh)(
    "is one that zsh reads, and makes of what is typed the words that fit (SKIPPED without zsh)",
    async () => {
      const script = await completionScript(world, COMMANDS, "zsh");
      const offered = (...typed: readonly string[]): string => {
        const words = typed.map((word) => `'${word}'`).join(" ");
        const stubs =
          "compdef() { :; }; compset() { :; }; _files() { print FILES; }; compadd() { shift; print -r -- $*; }";
        const tab = `words=(${words}); CURRENT=${typed.length}; _rollcall`;
        const { stdout, stderr } = spawnSync("zsh", ["-f", "-c", `${stubs}\n${script}\n${tab}`], { encoding: "utf8" });
        expect(stderr).toBe("");
        return stdout;
      };
      expect(offered("rollcall", "com")).toMatch(/^init run .* completion /);
      expect(offered("rollcall", "run", "x.yaml", "--pre")).toMatch(/^--\S+( --\S+)* --preset /);
      expect(offered("rollcall", "run", "d/")).toMatch(/\nFILES\n$/);
      expect(offered("rollcall", "compare", "a", "-f", "j")).toBe("text markdown html json junit\n");
      expect(offered("rollcall", "compare", "a", "--format=j")).toBe("text markdown html json junit\n");
    },
  );
});
