import { reasonOf } from "../model/error.ts";
import { unfitForHeader } from "../model/header-text.ts";
import { Secret } from "../model/secret.ts";
import { type Environment, secretSource } from "./environment.ts";
import { pathText, type Problem } from "./problem.ts";
import type { SecretInput } from "./target-schema.ts";
import { valueAt } from "./secret-paths.ts";

/** Takes values that may stand in a file of their own. What cannot be read is reported as a mistake, and then empty. */
export interface SecretReader {
  /** Warns where the secret stands in the scenario itself. */
  secret(value: SecretInput, path: Problem["path"]): Secret;
  /** The same of one that is sent in a header of HTTP. What no header may have in it is a mistake. */
  key(value: SecretInput, path: Problem["path"]): Secret;
  text(value: SecretInput | undefined, path: Problem["path"]): string | undefined;
  /** Where the secret at `path` comes from, in words. */
  source(path: Problem["path"]): string;
}

export interface SecretContext {
  /** The scenario before its environment was filled in. */
  readonly written: unknown;
  readonly env: Environment;
  readonly readFile: (path: string) => string;
}

/** What a copy from a file, or from Windows, leaves at the ends of a key, and nobody sees. */
function oddEnd(value: string): string | undefined {
  // PEM ends in a line break.
  if (value.includes("-----BEGIN")) return undefined;
  if (/^\r|\r$/.test(value)) return "has a carriage return at an end";
  if (/^\n|\n$/.test(value)) return "has a line break at an end";
  if (value !== value.trim()) return "has white space at an end";
  return value.includes("\u{FFFD}") ? "has a character that is not UTF-8" : undefined;
}

export function createSecretReader(
  { written, env, readFile }: SecretContext,
  problems: Problem[],
  warnings: string[],
): SecretReader {
  const sourceOf = (path: Problem["path"]): string | undefined => secretSource(valueAt(written, path), env);

  const read = (value: SecretInput, path: Problem["path"]): string => {
    if (typeof value === "string") {
      const odd = oddEnd(value);
      if (odd !== undefined) {
        warnings.push(
          `${pathText(path)} (${sourceOf(path) ?? "scenario"}) ${odd}: the server compares every character`,
        );
      }
      return value;
    }
    const problem = (fix: string): string => {
      problems.push({ path: [...path, "file"], value: value.file, fix });
      return "";
    };
    try {
      const text = readFile(value.file).trim();
      return text === "" ? problem("it is empty") : text;
    } catch (error) {
      return problem(`it cannot be read (${reasonOf(error)})`);
    }
  };

  const secret = (value: SecretInput, path: Problem["path"]): Secret => {
    if (valueAt(written, path) !== undefined && sourceOf(path) === undefined) {
      warnings.push(
        `${pathText(path)} is in the scenario itself: use \${NAME} for an environment variable, or { file: path }`,
      );
    }
    return new Secret(read(value, path));
  };

  return {
    secret,
    key(value, path) {
      const key = secret(value, path);
      const unfit = unfitForHeader(key.reveal());
      if (unfit !== undefined) {
        const where = sourceOf(path) ?? "the scenario";
        problems.push({ path, value: undefined, fix: `it has ${unfit} in it (${where}): write it without` });
      }
      return key;
    },
    text: (value, path) => (value === undefined ? undefined : read(value, path)),
    source: (path) => sourceOf(path) ?? "scenario",
  };
}
