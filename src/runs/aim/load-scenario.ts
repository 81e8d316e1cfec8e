import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { codeOf, reasonOf, RollcallError } from "../../model/error.ts";
import { readText, readTextFile } from "../../record/text-file.ts";
import { type LoadedScenario, loadScenario } from "../../scenario/load.ts";
import { parseDuration } from "../../scenario/quantities.ts";
import { peek } from "../../scenario/peek.ts";
import { nearest } from "../../scenario/suggestion.ts";
import { readBackgroundRoster } from "../names/background-roster.ts";
import { readRosterNames } from "../names/roster-names.ts";

/** Options of every command that takes a scenario; they override the file, the shorthands last. */
export interface ScenarioOptions {
  readonly scenario: string;
  /** `path=value`, e.g. `fleet.count=50000`. */
  readonly set: readonly string[];
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly generators?: number | undefined;
  /** For a shorter load; undefined: as the scenario has it. */
  readonly shorten?: Shortening | undefined;
}

/** At most one of them: see the scenario's field `shorten`. */
export interface Shortening {
  readonly scale: number | undefined;
  readonly devices: number | undefined;
  readonly duration: string | undefined;
}

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of all results, where the scenario may name an earlier run; default: "results". */
  readonly results?: string;
  /** Variables and files (absolute paths) that a scenario names and that are not there yet: a text stands for them. */
  readonly standIns?: readonly ({ readonly variable: string } | { readonly file: string })[];
}

/** Six hexadecimal digits: short enough to type, and never the same twice on one day. */
export function newRunId(): string {
  return randomBytes(3).toString("hex");
}

/** Throws RollcallError "usage". */
export function overridesOf(options: ScenarioOptions): readonly string[] {
  const duration = options.shorten?.duration;
  if (duration !== undefined && (parseDuration(duration) ?? 0) <= 0) {
    const remedy = "Write for example --duration 30s, or 2m, or 1h30m.";
    throw new RollcallError("usage", `--duration ${duration} is not a time above 0.`, remedy);
  }
  return [
    ...options.set,
    ...(options.host === undefined ? [] : placeOverrides(options.host)),
    ...(options.port === undefined ? [] : [`target.port=${options.port}`]),
    ...(options.generators === undefined ? [] : [`generators=${options.generators}`]),
    ...Object.entries(options.shorten ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [`shorten.${name}=${JSON.stringify(value)}`],
    ),
  ];
}

/** Hosts as a command line has them: commas between. */
export function hostsOf(text: string): readonly string[] {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

/** Where the devices go instead of what the scenario says. */
export function placeOverrides(host: string): readonly string[] {
  const hosts = hostsOf(host);
  const instead = hosts.length > 1 ? { hosts, host: undefined } : { host: hosts[0] ?? host, hosts: undefined };
  // An empty value takes out what the scenario has.
  return Object.entries({ ...instead, srv: undefined }).map(
    ([field, value]) => `target.${field}=${value === undefined ? "" : JSON.stringify(value)}`,
  );
}

/** What the scenario has at `path`, be the rest right or wrong. Throws RollcallError "no-such-scenario". */
export async function peekScenario(
  file: string,
  overrides: readonly string[],
  env: Surroundings["env"],
  path: readonly string[],
): Promise<unknown> {
  return peek({ text: await readScenario(file), overrides, env }, path);
}

/** Throws RollcallError: "no-such-scenario", or what the scenario itself has wrong, all at once. */
export async function loadScenarioFile(
  file: string,
  overrides: readonly string[],
  runId: string,
  { env: given, results = "results", standIns = [] }: Surroundings,
): Promise<LoadedScenario> {
  const text = await readScenario(file);
  const env = {
    ...given,
    ...Object.fromEntries(standIns.flatMap((each) => ("variable" in each ? [[each.variable, "-"]] : []))),
  };
  const reference = peek({ text, overrides, env }, ["fleet", "names", "roster"]);
  const roster =
    typeof reference === "string" ? await readRosterNames(reference, file, results).catch((error: Error) => error) : [];
  const behind = peek({ text, overrides, env }, ["background", "roster"]);
  const background =
    typeof behind === "string"
      ? await readBackgroundRoster(behind, file, results).catch((error: Error) => error)
      : undefined;
  return loadScenario({
    file,
    text,
    overrides,
    env,
    runId,
    readFile: (path, most) => {
      const whole = resolve(dirname(file), path);
      return standIns.some((each) => "file" in each && each.file === whole) ? "-" : readTextFile(whole, most);
    },
    readRoster: () => {
      if (roster instanceof Error) throw roster;
      return roster;
    },
    readBackground() {
      if (background === undefined || background instanceof Error) throw background ?? new Error("nobody has read it");
      return background;
    },
  });
}

function readScenario(file: string): Promise<string> {
  return readText(file).catch((error: unknown) => noSuchScenario(file, error));
}

async function noSuchScenario(file: string, error: unknown): Promise<never> {
  const isMissing = codeOf(error) === "ENOENT";
  const beside = (await readdir(dirname(file)).catch(() => [])).filter((name) => /\.ya?ml$/.test(name));
  const near = isMissing ? nearest(basename(file), beside) : undefined;
  const examples = (await readdir("scenarios").catch(() => []))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join("scenarios", name));
  throw new RollcallError(
    "no-such-scenario",
    isMissing ? `There is no file ${file}.` : `The scenario ${file} cannot be read: ${reasonOf(error)}.`,
    near !== undefined
      ? `Did you mean ${join(dirname(file), near)}?`
      : examples.length === 0
        ? "Name a scenario's YAML file."
        : `There are: ${examples.join(", ")}.`,
    undefined,
    error,
  );
}
