import { writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { reasonOf, RollcallError } from "../../model/error.ts";
import { OWN_FILE } from "../../record/whole-file.ts";
import { type LoadWords, readLoadWords, readTargetUrl, type Sketch, writeSketch } from "../../scenario/sketch.ts";
import { openTemporaryFolder } from "../machine/temporary-folder.ts";
import type { World } from "../world.ts";

/** What stands in for a scenario's file; undefined: not given. */
export interface QuickWords extends LoadWords {
  readonly key: string | undefined;
  readonly secret: string | undefined;
  readonly secretEnv: string | undefined;
  readonly secretFile: string | undefined;
  /** The authority of the target, and of the administrator's API; with a file, of that alone. */
  readonly ca?: string | undefined;
  readonly insecure: boolean | undefined;
  /** File that the scenario is written to. */
  readonly save: string | undefined;
}

export const KEY_VARIABLE = "ROLLCALL_PROVISION_KEY";
export const SECRET_VARIABLE = "ROLLCALL_PROVISION_SECRET";

/** Options of a run without a file, by name; with a file they mean nothing. */
const QUICK_ONLY = ["rate", "closed", "key", "secret", "secretEnv", "secretFile", "insecure", "save"] as const;

/** Throws RollcallError "quick-option". */
export function refuseQuickWords(words: QuickWords): void {
  const given = QUICK_ONLY.find((name) => words[name] !== undefined && words[name] !== false);
  if (given === undefined) return;
  const option = given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new RollcallError(
    "quick-option",
    `--${option} is for a run without a file: rollcall run mqtt://host:1883 --${option} …`,
    "A scenario's file says that itself; --set overrides it.",
  );
}

/** The scenario that a target and options stand for, as a file: the one of --save, or one that goes when this is disposed of. */
export async function writeQuickScenario(
  world: World,
  url: string,
  words: QuickWords,
  simulated: boolean,
): Promise<Disposable & { readonly path: string }> {
  const target = readTargetUrl(url, words.ca === undefined ? undefined : resolve(words.ca), words.insecure === true);
  const load = readLoadWords(words);
  if (words.key === undefined && !simulated && (world.variables[KEY_VARIABLE] ?? "") === "") {
    throw new RollcallError(
      "no-key",
      "There is no provision key.",
      `Give --key, or export ${KEY_VARIABLE}: it is on the device profile, tab "Device provisioning".`,
    );
  }
  const secret = await secretOf(world, words, simulated);
  const sketch = (from: string): Sketch => ({
    name: "quick",
    target,
    key: words.key ?? `\${${KEY_VARIABLE}}`,
    secret: "file" in secret ? { file: relative(from, secret.file) } : secret,
    load,
  });
  if (words.save !== undefined) {
    const path = resolve(words.save);
    await writeNewFile(path, writeSketch(sketch(dirname(path))), "Name another file with --save.");
    world.voice.warn(`This run as a scenario: ${words.save}`);
    return { path: words.save, [Symbol.dispose]: () => undefined };
  }
  const folder = openTemporaryFolder("quick");
  const path = join(folder.path, "quick.yaml");
  await writeFile(path, writeSketch(sketch(folder.path)), { mode: OWN_FILE });
  return { path, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

/** Never over what is there. Throws RollcallError "file-exists". */
export async function writeNewFile(path: string, text: string, remedy: string): Promise<void> {
  await writeFile(path, text, { flag: "wx" }).catch((error: unknown) => {
    const there = (error as NodeJS.ErrnoException).code === "EEXIST";
    throw new RollcallError(
      there ? "file-exists" : "file-not-written",
      there ? `${path} is there already, and is left as it is.` : `${path} cannot be written: ${reasonOf(error)}.`,
      remedy,
    );
  });
}

/** Where the scenario takes the secret from; what was typed is in this process's environment from here on. */
async function secretOf(world: World, words: QuickWords, simulated: boolean): Promise<Sketch["secret"]> {
  const { variables, voice } = world;
  if (words.secretFile !== undefined) return { file: resolve(words.secretFile) };
  if (words.secret !== undefined) {
    voice.warn(
      "warning: --secret shows in the list of processes and in the shell's history: give --secret-env NAME or --secret-file FILE.",
    );
    variables[SECRET_VARIABLE] = words.secret;
    return { variable: SECRET_VARIABLE };
  }
  const variable = words.secretEnv ?? SECRET_VARIABLE;
  if (!/^[A-Za-z_]\w*$/.test(variable)) {
    throw new RollcallError("no-secret", `--secret-env ${variable}: that is no name of an environment variable.`, "");
  }
  if (simulated || (variables[variable] ?? "") !== "") return { variable };
  const typed = words.secretEnv === undefined ? await voice.askText("Provision secret (not shown): ", true) : undefined;
  if (typed === undefined || typed === "") {
    throw new RollcallError(
      "no-secret",
      words.secretEnv === undefined
        ? "There is no provision secret."
        : `The environment variable ${variable} is not set.`,
      `Export it and give --secret-env NAME, or give --secret-file FILE, or export ${SECRET_VARIABLE}.`,
    );
  }
  variables[SECRET_VARIABLE] = typed;
  return { variable: SECRET_VARIABLE };
}
