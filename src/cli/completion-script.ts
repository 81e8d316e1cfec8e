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
  return (shell === "zsh" ? zshScript : bashScript)(commands, names);
}

function bashScript(commands: readonly Completed[], names: readonly string[]): string {
  return [
    "# rollcall: completion of bash; made by `rollcall completion`.",
    "_rollcall() {",
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" command="" words="" word',
    // Of --format=h bash makes three words.
    '  if [[ "$current" == "=" ]]; then current=""',
    '  elif [[ "$previous" == "=" ]]; then previous="${COMP_WORDS[COMP_CWORD-2]}"; fi',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    `    case "$word" in ${names.join("|")}) command="$word"; break ;; esac`,
    "  done",
    '  case "$command" in',
    `    "") words="${names.join(" ")} --help --version" ;;`,
    ...casesOf(
      commands,
      (words) => `COMPREPLY=($(compgen -W "${words.join(" ")}" -- "$current")); return`,
      (words) => `words="${words.join(" ")}"`,
    ),
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    // Files only where no option is asked for: scenarios, runs, places to write to. A file's name may have spaces.
    "  local IFS=$'\\n'",
    '  if [[ -n "$command" && "$current" != -* ]]; then COMPREPLY+=($(compgen -f -- "$current")); fi',
    "}",
    "complete -o filenames -F _rollcall rollcall",
    "",
  ].join("\n");
}

/** By zsh's own means: its stand-in for bash's adds no space behind a word, and offers options where a folder's files are asked for. */
function zshScript(commands: readonly Completed[], names: readonly string[]): string {
  return [
    "# rollcall: completion of zsh; made by `rollcall completion`.",
    "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }",
    "_rollcall() {",
    '  local current="${words[CURRENT]}" previous="${words[CURRENT-1]}" command="" word',
    '  if [[ "$current" == --*=* ]]; then previous="${current%%=*}"; compset -P "*="; fi',
    '  for word in "${(@)words[2,CURRENT-1]}"; do',
    `    case "$word" in ${names.join("|")}) command="$word"; break ;; esac`,
    "  done",
    '  case "$command" in',
    `    "") compadd -- ${names.join(" ")} --help --version; return ;;`,
    ...casesOf(
      commands,
      (words) => `compadd -- ${words.join(" ")}; return`,
      (words) => `compadd -- ${words.join(" ")}`,
    ),
    "  esac",
    '  if [[ "$current" != -* || "$current" == *=* ]]; then _files; fi',
    "}",
    "compdef _rollcall rollcall",
    "",
  ].join("\n");
}

/** What follows an option that has choices, and else the words of each command. */
function casesOf(
  commands: readonly Completed[],
  choose: (words: readonly string[]) => string,
  offer: (words: readonly string[]) => string,
): readonly string[] {
  return commands.flatMap(({ command, options, values }) => [
    `    ${command})`,
    `      case "$previous" in`,
    ...values
      .filter(({ after }) => after.length > 0)
      .map(({ after, words }) => `        ${after.join("|")}) ${choose(words)} ;;`),
    "      esac",
    `      ${offer([...values.filter(({ after }) => after.length === 0).flatMap(({ words }) => words), ...options])} ;;`,
  ]);
}

function helpOf(name: string, add: AddCommand, world: World, list: CommandList): Promise<string> {
  const program = yargs([name]).scriptName("rollcall").locale("en").wrap(null).exitProcess(false);
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
