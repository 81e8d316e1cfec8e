import { appendFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { EXIT, type ExitCode, reasonOf, RollcallError } from "../../model/error.ts";
import { readText } from "../../record/text-file.ts";
import { type LoadWords, readLoadWords, readTargetUrl, type Sketch, writeSketch } from "../../scenario/sketch.ts";
import { SECRETS_FILE } from "../server/setup.ts";
import type { World } from "../world.ts";
import { KEY_VARIABLE, SECRET_VARIABLE, writeNewFile } from "./quick.ts";
import { asTyped } from "../../writing/typed-command.ts";

export interface InitOptions extends LoadWords {
  readonly file: string;
  readonly target: string | undefined;
  readonly keyEnv: string | undefined;
  readonly secretEnv: string | undefined;
  readonly secretFile: string | undefined;
  /** Folder of all results: rosters in it have credentials in clear. */
  readonly out: string;
}

const USUAL = { target: "mqtt://127.0.0.1:1883", rate: "10", duration: "30s" } as const;
const NAME = /^[A-Za-z_]\w*$/;

/** A first scenario: by options, or where there are none by questions. What is there is never written over. Throws RollcallError. */
export async function init(world: World, options: InitOptions): Promise<ExitCode> {
  const { voice } = world;
  const answers = options.target === undefined ? await askAll(world, options) : options;
  const target = readTargetUrl(answers.target ?? USUAL.target, undefined, false);
  const isOpen = [answers.rate, answers.closed, answers.devices, answers.duration].every((word) => word === undefined);
  const load = readLoadWords(isOpen ? { ...answers, rate: USUAL.rate, duration: USUAL.duration } : answers);
  const path = resolve(options.file);
  const here = dirname(path);
  const keyEnv = variableName(answers.keyEnv ?? KEY_VARIABLE, "--key-env");
  const secretFile = answers.secretFile === undefined ? undefined : relative(here, resolve(answers.secretFile));
  const secretEnv = variableName(answers.secretEnv ?? SECRET_VARIABLE, "--secret-env");
  const sketch: Sketch = {
    name: scenarioName(path),
    target,
    key: `\${${keyEnv}}`,
    secret: secretFile === undefined ? { variable: secretEnv } : { file: secretFile },
    load,
  };
  await writeNewFile(path, writeSketch(sketch), "Name another file: rollcall init <file>.");
  const ignored = await ignoreSecrets(here, [
    ...(secretFile === undefined || secretFile.startsWith("..") ? [] : [secretFile]),
    SECRETS_FILE,
    `${options.out}/`,
  ]);
  await voice.say(
    asTyped(
      [
        `Written: ${options.file}${ignored.length === 0 ? "" : `; in .gitignore: ${ignored.join(", ")}`}`,
        "",
        `  rollcall run ${options.file} --simulate     # a first run, without a ThingsBoard`,
        `  export ${keyEnv}=…${secretFile === undefined ? ` ${secretEnv}=…` : `     # and the secret into ${secretFile}`}`,
        `  rollcall doctor ${options.file}             # what would spoil a run there`,
        `  rollcall run ${options.file}`,
      ].join("\n"),
      voice.display().program,
    ),
  );
  return EXIT.pass;
}

/** Only where nothing was said: a question for each thing that a scenario needs, with its usual answer. */
async function askAll(world: World, options: InitOptions): Promise<InitOptions> {
  const ask = async (question: string, usual: string): Promise<string> => {
    const answer = await world.voice.askText(`${question} [${usual}] `, false);
    if (answer !== undefined) return answer === "" ? usual : answer;
    throw new RollcallError(
      "init-target",
      "Where is ThingsBoard?",
      "Give --target mqtt://host:1883, and if you like --rate, --duration, --closed, --devices, --key-env, --secret-env, --secret-file.",
    );
  };
  const target = await ask("Where is ThingsBoard?", USUAL.target);
  readTargetUrl(target, undefined, false);
  const keyEnv = await ask("Variable of the environment that has the provision key?", options.keyEnv ?? KEY_VARIABLE);
  const secretEnv =
    options.secretFile === undefined
      ? await ask("Variable that has the provision secret?", options.secretEnv ?? SECRET_VARIABLE)
      : options.secretEnv;
  const asked = { ...options, target, keyEnv, secretEnv };
  if ([options.rate, options.closed, options.devices, options.duration].some((word) => word !== undefined))
    return asked;
  const rate = await ask("Devices a second?", USUAL.rate);
  const duration = await ask("For how long?", USUAL.duration);
  return { ...asked, rate, duration };
}

function variableName(name: string, option: string): string {
  if (NAME.test(name)) return name;
  throw new RollcallError("init-variable", `${option} ${name}: that is no name of an environment variable.`, "");
}

/** The file's own, as far as a scenario may have it. */
function scenarioName(path: string): string {
  const name = basename(path, extname(path)).replaceAll(/[^A-Za-z0-9._-]+/g, "-");
  return /^[A-Za-z0-9]/.test(name) ? name.slice(0, 100) : "first";
}

/** Those that were not in it yet. */
async function ignoreSecrets(folder: string, files: readonly string[]): Promise<readonly string[]> {
  const path = join(folder, ".gitignore");
  const text = await readText(path).catch(() => "");
  const known = new Set(text.split("\n").map((line) => line.trim().replace(/^\//, "")));
  const missing = files.filter((file) => !known.has(file));
  if (missing.length === 0) return [];
  const begin = text === "" || text.endsWith("\n") ? "" : "\n";
  try {
    await appendFile(path, `${begin}# Credentials and results: written by rollcall init.\n${missing.join("\n")}\n`);
  } catch (error) {
    throw new RollcallError("file-not-written", `${path} cannot be written: ${reasonOf(error)}.`, "");
  }
  return missing;
}
