import type { CredentialsPlan, FleetPlan } from "../model/plan.ts";
import type { Problem } from "./problem.ts";
import type { CredentialsInput, Scenario } from "./schema.ts";
import { shownValue } from "./secret-paths.ts";

/** ThingsBoard refuses longer names, and markup in them. */
const LONGEST_NAME = 255;

/** The fleet of `count` devices; mistakes go to `problems`. */
export function resolveFleet(
  { fleet }: Scenario,
  count: number,
  readFile: (path: string) => string,
  problems: Problem[],
): FleetPlan {
  return {
    count,
    seed: fleet.seed,
    names: namesOf(fleet, count, readFile, problems),
    mix: mixOf(fleet.credentials),
    gateway: fleet.gateway,
    misbehaviours: misbehavioursOf(fleet, problems),
  };
}

function namesOf(
  fleet: Scenario["fleet"],
  count: number,
  readFile: (path: string) => string,
  problems: Problem[],
): FleetPlan["names"] {
  const { names, name } = fleet;
  if (names === undefined) {
    checkPattern(name, count, problems);
    return { from: "pattern", pattern: name };
  }
  if (names === "server" || names === "blank") return { from: names };
  const list = Array.isArray(names) ? names : namesInFile(names.file, readFile, problems);
  const distinct = new Set(list);
  if (list.length > 0 && distinct.size < count) {
    problems.push({
      path: ["fleet", "names"],
      value: `${distinct.size} different names`,
      fix: `the fleet has ${count} devices: give as many names, or lower fleet.count`,
    });
  }
  return { from: "list", names: [...distinct] };
}

function namesInFile(file: string, readFile: (path: string) => string, problems: Problem[]): readonly string[] {
  try {
    return readFile(file)
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"));
  } catch (error) {
    problems.push({
      path: ["fleet", "names", "file"],
      value: file,
      fix: `it cannot be read (${(error as Error).message})`,
    });
    return [];
  }
}

function checkPattern(pattern: string, count: number, problems: Problem[]): void {
  const problem = (fix: string) =>
    problems.push({ path: ["fleet", "name"], value: shownValue(pattern, ["fleet", "name"]), fix });
  const unknown = [...pattern.matchAll(/\{([^}]*)\}/g)].find(([, inner]) => !/^(prefix|seq(:\d+)?)$/.test(inner ?? ""));
  if (unknown !== undefined) return void problem(`${unknown[0]} is not known: use {prefix}, {seq} or {seq:6}`);
  if (count > 1 && !/\{seq(:\d+)?\}/.test(pattern))
    return void problem("all devices would have one name: put {seq} into it");
  if (/[<>\0]|\{\{/.test(pattern)) return void problem("ThingsBoard refuses < and {{ in names: leave them out");
  if (pattern.length > LONGEST_NAME - 20)
    problem(`ThingsBoard refuses names of more than ${LONGEST_NAME} characters: shorten it`);
}

function mixOf(credentials: CredentialsInput): readonly CredentialsPlan[] {
  if (typeof credentials === "string") return [entryOf({ type: credentials, weight: 1 } as Entry)];
  return Array.isArray(credentials) ? credentials.map(entryOf) : [entryOf(credentials)];
}

type Entry = Exclude<CredentialsInput, string | readonly unknown[]>;

function entryOf(entry: Entry): CredentialsPlan {
  const { weight } = entry;
  switch (entry.type) {
    case "mqtt-basic":
      return { weight, type: entry.type, fields: entry.fields ?? ["clientId", "username", "password"] };
    case "access-token":
      return { weight, type: entry.type, made: "given" };
    case "access-token-server":
      return { weight, type: "access-token", made: "server" };
    case "x509":
      return { weight, type: entry.type, key: entry.key ?? "ec-p256", form: entry.form ?? "pem" };
  }
}

function misbehavioursOf(fleet: Scenario["fleet"], problems: Problem[]): FleetPlan["misbehaviours"] {
  const entries = Object.entries(fleet.misbehaviours).map(([kind, share]) => ({ kind, share }));
  const sum = entries.reduce((total, entry) => total + entry.share, 0);
  if (sum > 1 + Number.EPSILON) {
    problems.push({
      path: ["fleet", "misbehaviours"],
      value: `${Math.round(sum * 100)} % together`,
      fix: "the shares must not exceed 100 %",
    });
  }
  return entries;
}
