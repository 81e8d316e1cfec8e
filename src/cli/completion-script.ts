import yargs from "yargs";
import type { World } from "../runs/world.ts";
import type { AddCommand, CommandList } from "./commands/command.ts";

interface Completed {
  readonly command: string;
  /** "--format", "-f". */
  readonly options: readonly string[];
  /** Words that may follow an option, or stand where a positional does. */
  readonly values: readonly { readonly after: readonly string[]; readonly words: readonly string[] }[];
}

/**
 * A script with every command, option and choice in it: a Tab starts no program, and costs nothing. It is as old as the shell
 * that has read it.
 */
export async function completionScript(world: World, list: CommandList, shell: "bash" | "zsh"): Promise<string> {
  const commands = await Promise.all(
    Object.entries(list).map(async ([name, { load }]) =>
      readHelp(name, await helpOf(name, (await load()).add, world, list)),
    ),
  );
  const names = Object.keys(list);
  const lines = commands.flatMap(({ command, options, values }) => [
    `    ${command})`,
    `      case "$previous" in`,
    ...values
      .filter(({ after }) => after.length > 0)
      .map(
        ({ after, words }) =>
          `        ${after.join("|")}) COMPREPLY=($(compgen -W "${words.join(" ")}" -- "$current")); return ;;`,
      ),
    "      esac",
    `      words="${[...values.filter(({ after }) => after.length === 0).flatMap(({ words }) => words), ...options].join(" ")}" ;;`,
  ]);
  return [
    `# rollcall: completion of ${shell}; made by \`rollcall completion\`.`,
    ...(shell === "zsh" ? ["autoload -U +X bashcompinit && bashcompinit"] : []),
    "_rollcall() {",
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" command="" words="" word',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    `    case "$word" in ${names.join("|")}) command="$word"; break ;; esac`,
    "  done",
    '  case "$command" in',
    `    "") words="${names.join(" ")} --help --version" ;;`,
    ...lines,
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    // Files only where no option is asked for: scenarios, runs, places to write to.
    '  if [[ -n "$command" && "$current" != -* ]]; then COMPREPLY+=($(compgen -f -- "$current")); fi',
    "}",
    "complete -o filenames -F _rollcall rollcall",
    "",
  ].join("\n");
}

function helpOf(name: string, add: AddCommand, world: World, list: CommandList): Promise<string> {
  const program = yargs([name]).scriptName("rollcall").wrap(null).exitProcess(false);
  add(program, world, () => undefined, list);
  return program.getHelp();
}

/** From the help, which has all that there is; nothing but letters, digits and dashes gets into the script. */
function readHelp(command: string, help: string): Completed {
  const rows = help.split("\n").flatMap((line) => {
    const [, names = "", rest = ""] = /^ {2,}((?:-\w, )?--[a-z][a-z-]*|[a-z]+) {2,}(.*)$/.exec(line) ?? [];
    if (names === "") return [];
    const choices = [...(/\[choices: ([^\]]*)\]/.exec(rest)?.[1] ?? "").matchAll(/"([\w.-]+)"/g)].map(
      ([, word = ""]) => word,
    );
    return [{ names: names.split(", "), choices }];
  });
  const isOption = (name: string): boolean => name.startsWith("-");
  return {
    command,
    options: rows.flatMap(({ names }) => names.filter((name) => name.startsWith("--"))),
    values: rows
      .filter(({ choices }) => choices.length > 0)
      .map(({ names, choices }) => ({ after: names.filter(isOption), words: choices })),
  };
}
