import { randomBytes } from "node:crypto";
import { access, appendFile, chmod, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { ServerProfile } from "../../model/administration.ts";
import { reasonOf, RollcallError } from "../../model/error.ts";
import { peek } from "../../scenario/peek.ts";
import { valueAt } from "../../scenario/secret-paths.ts";
import { readText } from "../../record/text-file.ts";

/** A key or a secret that a scenario takes from where there is nothing yet. */
export interface MissingSecret {
  readonly field: "key" | "secret";
  /** Whose it is, by name, of a fleet with groups; absent: that of the scenario itself. */
  readonly group?: string;
  readonly place: { readonly file: string } | { readonly variable: string };
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What `provisioning.key` and `.secret` of the scenario and of its groups name, and is not there. A file that cannot be read counts as a mistake of the scenario. */
export async function missingSecrets(
  scenario: string,
  overrides: readonly string[],
  env: Environment,
): Promise<readonly MissingSecret[]> {
  // A scenario that cannot be read is reported when it is loaded.
  const text = await readText(scenario).catch(() => undefined);
  if (text === undefined) return [];
  const missing: MissingSecret[] = [];
  const whole = peek({ text, overrides, env: {} }, []);
  const groups = valueAt(whole, ["fleet", "groups"]);
  for (const group of Array.isArray(groups) ? groups : []) {
    const name = valueAt(group, ["name"]);
    await look(typeof name === "string" ? { group: name } : {}, group, whole);
  }
  // What no group takes must be there all the same, or the scenario cannot be read.
  await look({}, whole);
  // What several take from one place is one, and the first one's.
  return [...Map.groupBy(missing, ({ place }) => JSON.stringify(place)).values()].flatMap(([first]) => first ?? []);

  /** `owners`: who says it, the first of them that does. */
  async function look(named: Pick<MissingSecret, "group">, ...owners: readonly unknown[]): Promise<void> {
    for (const field of ["key", "secret"] as const) {
      const written = owners.map((owner) => valueAt(owner, ["provisioning", field])).find((each) => each !== undefined);
      const variable = typeof written === "string" ? /^\$\{([A-Za-z_]\w*)\}$/.exec(written)?.[1] : undefined;
      if (variable !== undefined && (env[variable] ?? "") === "")
        missing.push({ field, ...named, place: { variable } });
      const { file } = (typeof written === "object" && written !== null ? written : {}) as { readonly file?: unknown };
      if (typeof file !== "string") continue;
      const path = resolve(dirname(scenario), file);
      if (!(await exists(path))) missing.push({ field, ...named, place: { file: path } });
    }
  }
}

/** Those of a profile that is there already, else made up: letters, digits, - and _ only, so that any shell takes them. */
export function secretFor({ field }: MissingSecret, profile: ServerProfile | undefined): string {
  const known = field === "key" ? profile?.key : profile?.secret?.reveal();
  return known ?? randomBytes(15).toString("base64url");
}

/** Writes them where the scenario looks for them, for their owner alone; `environment`: the file that sets its variables. */
export async function keepSecrets(
  found: readonly { readonly missing: MissingSecret; readonly value: string }[],
  environment: string,
): Promise<void> {
  try {
    for (const { missing, value } of found) {
      if ("file" in missing.place) await writeFile(missing.place.file, `${value}\n`, { mode: 0o600, flag: "wx" });
      else {
        await appendFile(
          environment,
          `export ${missing.place.variable}='${value.replaceAll("'", String.raw`'\''`)}'\n`,
          {
            mode: 0o600,
          },
        );
        await chmod(environment, 0o600);
      }
    }
  } catch (error) {
    throw new RollcallError(
      "secrets-not-kept",
      `The provision key and secret cannot be kept: ${reasonOf(error)}.`,
      "Nothing was made on the server. Give write access, or name another file with --generate <file>.",
    );
  }
}

/**
 * What an earlier `keepSecrets` wrote; {} where there is no such file. Throws RollcallError "secrets-file" where it is
 * another file, which must not be added to.
 */
export async function readKeptVariables(environment: string): Promise<Readonly<Record<string, string>>> {
  const text = await readText(environment).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw noSecretsFile(environment, error.message);
  });
  if (!/^(?:(?:#.*|export [A-Za-z_]\w*=.*)?\n)*$/.test(text)) {
    throw noSecretsFile(environment, "there is something else in it than variables");
  }
  const lines = [...text.matchAll(/^export ([A-Za-z_]\w*)='(.*)'$/gm)];
  return Object.fromEntries(lines.map(([, name = "", value = ""]) => [name, value.replaceAll(String.raw`'\''`, "'")]));
}

function noSecretsFile(file: string, why: string): RollcallError {
  return new RollcallError(
    "secrets-file",
    `Key and secret cannot be kept in ${file}: ${why}.`,
    "Name a new file, or one of lines like export NAME='value': --generate provision.env, after the scenario.",
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT",
  );
}
