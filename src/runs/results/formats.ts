import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { type Form, type OutputNames, readOutput, writeOutput } from "./outputs.ts";
import { FILE_OPTIONS, type ReportOptions } from "../../report/report.ts";
import type { Voice } from "../world.ts";

/** A form that a command can give its result in. Rendered where and as wide as it is shown. */
export interface Format extends Form {
  readonly render: (options: ReportOptions) => string | Promise<string>;
}

/** As the options --format, --json and -o give it. */
export interface FormatsAsked<Name extends string> {
  readonly format: readonly Name[] | undefined;
  readonly json: boolean;
  readonly output: string | undefined;
}

/** What is to be given, and where: read before anything is done, so that a mistake costs nothing. */
export interface Giving<Name extends string> {
  readonly names: readonly Name[];
  /** Prints one result, or writes each of several; `all` has a renderer for each name. `ifNot`: exit code where that fails. */
  give(all: Readonly<Record<Name, Format["render"]>>, names: OutputNames, ifNot?: ExitCode): Promise<void>;
}

/** Throws RollcallError "usage". */
export async function readFormats<Name extends string>(
  voice: Voice,
  asked: FormatsAsked<Name | "json" | "text">,
  extensions: Readonly<Record<Name | "json" | "text", string>>,
  names: readonly (keyof OutputNames)[],
): Promise<Giving<Name | "json" | "text">> {
  const given = [...(asked.format ?? []), ...(asked.json ? (["json"] as const) : [])];
  const wanted = given.length === 0 ? (["text"] as const) : [...new Set(given)];
  const forms = wanted.map((name): Form => ({ name, extension: extensions[name] }));
  if (asked.output === undefined && wanted.length > 1) {
    throw new RollcallError(
      "usage",
      `${wanted.length} formats cannot share standard output.`,
      "Say where they go: -o followed by a folder, or by a pattern such as out/{run}.{ext}.",
      EXIT.usage,
    );
  }
  const output =
    asked.output === undefined ? undefined : await readOutput(asked.output, forms, { several: false, names });
  return {
    names: wanted,
    async give(all, named, ifNot) {
      if (output === undefined) {
        for (const name of wanted) await voice.say(await all[name](voice.display()));
        return;
      }
      for (const [index, path] of output.pathsFor(named).entries()) {
        const name = wanted[index];
        if (name === undefined) continue;
        await writeOutput(path, await all[name](FILE_OPTIONS), ifNot);
        voice.warn(`Written: ${path}`);
      }
    },
  };
}
