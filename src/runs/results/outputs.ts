import { access, constants, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { EXIT, type ExitCode, reasonOf, RollcallError } from "../../model/error.ts";
import { isFolder, makeFolder } from "../../record/make-folder.ts";
import { bareReason, tryNearest } from "../../record/results-folder.ts";
import { SHARED_FOLDER } from "../../record/whole-file.ts";

/** One form in which results are asked for. */
export interface Form {
  readonly name: string;
  /** Without the dot. */
  readonly extension: string;
}

/** What a pattern can name: "run" is the name of the run's folder, and of files where a folder is given. */
export type OutputNames = Readonly<Partial<Record<"run" | "scenario", string>>> & { readonly run: string };

/** Where results go: a file, a folder, or a pattern with names in braces. */
export interface Output {
  /** Absolute, for each form. */
  pathsFor(names: OutputNames): readonly string[];
}

const OWN = ["format", "ext"] as const;

/**
 * Reads what -o was given and tries to write there, before anything is done. `several`: it is for more than one run, each of
 * which needs files of its own. Throws RollcallError "usage" or "report-not-written".
 */
export async function readOutput(
  target: string,
  forms: readonly Form[],
  options: { readonly several: boolean; readonly names: readonly (keyof OutputNames)[] },
): Promise<Output> {
  if (/[{}]/.test(target)) {
    const output = pattern(target, forms, options);
    // What comes before the first name; the folders behind it are made when the name is known.
    await requirePlace(target, dirname(`${target.slice(0, target.indexOf("{"))}x`));
    return output;
  }
  const toFolder = target.endsWith("/") || target.endsWith(sep) || (await isFolder(target));
  const looksLikeFile = basename(target).includes(".");
  if (!toFolder && forms.length === 1 && !options.several) {
    await requirePlace(target, target);
    return { pathsFor: () => [resolve(target)] };
  }
  if (!toFolder && looksLikeFile) {
    const why = forms.length > 1 ? `${forms.length} formats` : "several runs";
    throw usage(
      `-o ${target} is one file, and there are ${why}.`,
      `Name a folder, as ${dirname(target)}/, or a pattern, as ${dirname(target)}/{run}.{ext}.`,
    );
  }
  await requirePlace(target, target);
  return { pathsFor: ({ run }) => forms.map(({ extension }) => resolve(target, `${run}.${extension}`)) };
}

/** `path`: the folder, or a file; one that is there, as /dev/stdout, may be written to though its folder may not. */
async function requirePlace(target: string, path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  const tried = there === undefined || there.isDirectory() ? tryNearest(path) : access(path, constants.W_OK);
  await tried.catch((error: unknown) => {
    throw notWritten(target, bareReason(error), EXIT.usage, error);
  });
}

function pattern(
  target: string,
  forms: readonly Form[],
  { several, names }: { readonly several: boolean; readonly names: readonly (keyof OutputNames)[] },
): Output {
  const known: readonly string[] = [...names, ...OWN];
  const used = [...target.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? "");
  const wrong = used.find((name) => !known.includes(name));
  const listed = known.map((name) => `{${name}}`).join(", ");
  if (wrong !== undefined) throw usage(`-o ${target}: there is no {${wrong}}.`, `What can be named: ${listed}.`);
  if (used.length === 0) throw usage(`-o ${target} has a brace that is not closed.`, `What can be named: ${listed}.`);
  if (forms.length > 1 && !used.some((name) => name === "format" || name === "ext")) {
    throw usage(`-o ${target} is the same for ${forms.length} formats.`, "Put {ext} or {format} into it.");
  }
  if (several && !used.includes("run")) throw usage(`-o ${target} is the same for all runs.`, "Put {run} into it.");
  return {
    pathsFor: (given) =>
      forms.map(({ name: format, extension: ext }) => {
        const values: Readonly<Record<string, string | undefined>> = { ...given, format, ext };
        return resolve(target.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => fileName(values[name] ?? "")));
      }),
  };
}

/** A name is never a way into another folder. */
const fileName = (text: string): string => text.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^\.+/, "") || "-";

/** `code`: where something was sent before, 2 would say that nothing was. Throws RollcallError "report-not-written". */
export async function writeOutput(path: string, text: string, code: ExitCode = EXIT.usage): Promise<void> {
  try {
    await makeFolder(dirname(path), SHARED_FOLDER);
    await writeFile(path, text);
  } catch (error) {
    throw notWritten(path, reasonOf(error), code, error);
  }
}

function notWritten(path: string, why: string, code: ExitCode, cause: unknown): RollcallError {
  return new RollcallError(
    "report-not-written",
    `The report cannot be written to ${path}: ${why}.`,
    "Name another place with -o (--output).",
    code,
    cause,
  );
}

/** Where nothing was given: beside the other files of the run or series. */
export function besideResults(folder: string, name: string, forms: readonly Form[]): readonly string[] {
  return forms.map(({ extension }) => join(folder, `${name}.${extension}`));
}

const usage = (message: string, hint: string): RollcallError => new RollcallError("usage", message, hint, EXIT.usage);
