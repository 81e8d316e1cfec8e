import { RollcallError } from "../model/error.ts";
import { nearest } from "../scenario/suggestion.ts";

/** What the parser of the command line says, before it is put into words that name what was typed. */
export class ParseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ParseError";
  }
}

/** `help`: that of the command which was named, or of the program. */
export function usageError(message: string, args: readonly string[], help: string): RollcallError {
  const { command, positionals, optional, options } = readHelp(help);
  const hint = `See \`${["rollcall", command, "--help"].filter((word) => word !== "").join(" ")}\`.`;
  return new RollcallError("usage", reworded(), hint);

  function reworded(): string {
    const missing = /^Not enough non-option arguments: got (\d+)/.exec(message);
    if (missing !== null) return `${command} needs ${positionals.slice(Number(missing[1])).join(" and ")}.`;
    if (command === "" && args[0] !== undefined && !args[0].startsWith("-")) {
      const near = /^Did you mean .+$/.exec(message)?.[0];
      return `There is no command ${args[0]}.${near === undefined ? "" : ` ${near}`}`;
    }
    const unknown = /^Unknown (?:arguments?|commands?): (.+)$/.exec(message);
    if (unknown !== null)
      return spelledOnce((unknown[1] ?? "").split(", "))
        .map(unknownText)
        .join("\n");
    const clash = /^Arguments (\S+) and (\S+) are mutually exclusive$/.exec(message);
    if (clash !== null) return `--${clash[1]} and --${clash[2]} exclude each other: leave one of them out.`;
    const bare = /^Not enough arguments following: (.+)$/.exec(message);
    if (bare !== null) return `--${bare[1]} needs a value behind it.`;
    const absent = /^Missing required arguments?: (.+)$/.exec(message);
    if (absent !== null) return `${command} needs ${(absent[1] ?? "").split(", ").map(nameOf).join(" and ")}.`;
    const implied = [...message.matchAll(/^ (\S+) -> (\S+)$/gm)];
    if (implied.length > 0) return implied.map(([, given, needed]) => `--${given} needs --${needed}.`).join("\n");
    const choice = /Argument: (\S+), Given: "?([^"]*)"?, Choices: (.+)$/s.exec(message);
    if (choice !== null) {
      const [, name = "", typed, choices = ""] = choice;
      const what = optional.includes(`[${name}]`) ? command : nameOf(name);
      return `${what} ${typed}: write one of ${choices.replaceAll('"', "")}.`;
    }
    return message;
  }

  /** The parser tells of --dry-run twice: as it was typed, and as dryRun. */
  function spelledOnce(words: readonly string[]): readonly string[] {
    const inCamels = words.map((word) => word.replaceAll(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase()));
    return words.filter((word, at) => !inCamels.some((other, from) => from !== at && other === word));
  }

  /** A positional is written without its name. */
  function nameOf(name: string): string {
    return positionals.some((each) => each.includes(name)) ? `<${name}>` : `--${name}`;
  }

  function unknownText(word: string): string {
    const dashed = args.filter((arg) => arg.startsWith("-"));
    const typed =
      dashed.find((arg) => arg.replace(/^-+/, "").replace(/=.*/s, "") === word) ??
      dashed.find((arg) => arg.replace(/^-+/, "").startsWith(word));
    if (typed === undefined) return `${word} is one word too many.`;
    if (/^f(?:ormat)?$/.test(word) && options.includes("html"))
      return `There is no option ${typed}: each report has one of its own, as --html or --junit; of a run that has ended: rollcall report <run> -f html`;
    const near = nearest(word, options);
    return `There is no option ${typed.replace(/=.*/s, "")}.${near === undefined ? "" : ` Did you mean --${near}?`}`;
  }
}

/** An option for one value that was given several; `lists`: the options that may be. Its values may be secrets: they are not told. */
export function givenTwice(
  parsed: Readonly<Record<string, unknown>>,
  lists: readonly unknown[],
  args: readonly string[],
): string | undefined {
  for (const [name, value] of Object.entries(parsed)) {
    const typed = name.length === 1 ? `-${name}` : `--${name}`;
    // The parser also has the words that belong to no option, and each option under its other names.
    if (!Array.isArray(value) || lists.includes(name) || !args.some((arg) => arg.split("=")[0] === typed)) continue;
    return `${typed} is there several times: give it once.`;
  }
  return undefined;
}

function readHelp(help: string): {
  readonly command: string;
  /** Those that must be there. */
  readonly positionals: readonly string[];
  readonly optional: readonly string[];
  readonly options: readonly string[];
} {
  const [, command = "", rest = ""] =
    /^rollcall ([a-z][a-z-]*)((?: [<[].+)?)$/m.exec(help.split("\n\n")[0] ?? "") ?? [];
  return {
    command,
    positionals: rest.match(/<[^>]+>/g) ?? [],
    optional: rest.match(/\[[^\]]+\]/g) ?? [],
    options: [...help.matchAll(/ --([a-z][a-z-]*)/g)].map(([, name = ""]) => name),
  };
}
