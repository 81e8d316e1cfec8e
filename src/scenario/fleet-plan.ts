import { reasonOf } from "../model/error.ts";
import type { Misbehaviour } from "../model/device.ts";
import type { CredentialsPlan, FleetGroup, FleetPlan } from "../model/plan.ts";
import { us, usFromSeconds } from "../model/units.ts";
import type { Problem } from "./problem.ts";
import type { ReadRosterNames } from "./roster-names.ts";
import type { CredentialsInput } from "./credentials-schema.ts";
import type { Scenario } from "./schema.ts";
import { type ListedName, looksLikeCsv, namesOfColumn, namesOfLines, repeatedNames } from "./names-file.ts";
import { shownValue } from "./secret-paths.ts";
import { formatCount, quantity } from "../writing/notation.ts";

/** ThingsBoard refuses longer names, and markup in them. */
export const LONGEST_NAME = 255;

/** More than a million names. */
const MOST_NAMES_BYTES = 64 * 1_048_576;

export interface NameSources {
  readonly readFile: (path: string, most?: number) => string;
  readonly readRoster: ReadRosterNames;
}

/** A list of names as the scenario gives it, read once; undefined: names do not come from a list. */
export function listedNames(
  { names }: Scenario["fleet"],
  { readFile, readRoster }: NameSources,
  problems: Problem[],
  warnings: string[],
): readonly string[] | undefined {
  if (names === undefined || typeof names === "string") return undefined;
  if (Array.isArray(names)) {
    const listed = names.map((name, index) => ({ name, line: index + 1 }));
    refuseRepeated(listed, "entries", ["fleet", "names"], undefined, problems);
    return names;
  }
  if ("roster" in names) {
    const none = "no device of that run was provisioned under a name of its own";
    const read = (from: string): readonly string[] => readRoster(from).map(({ name }) => name);
    return readNames("roster", names.roster, read, none, problems);
  }
  const { file, column } = names;
  const read = (path: string): readonly string[] => {
    const text = readFile(path, MOST_NAMES_BYTES);
    const listed = column === undefined ? namesOfLines(text) : namesOfColumn(text, column);
    if (typeof listed === "string") throw new Error(listed);
    refuseRepeated(listed, "lines", ["fleet", "names", "file"], file, problems);
    if (column === undefined && (/\.[ct]sv$/i.test(file) || looksLikeCsv(listed))) {
      warnings.push(
        `fleet.names.file: ${file} looks like a table, and each whole line is a name: give its column, { file: ${file}, column: name }`,
      );
    }
    return listed.map(({ name }) => name);
  };
  return readNames(
    "file",
    file,
    read,
    column === undefined ? "it has no names: one a line" : `its column ${column} is empty`,
    problems,
  );
}

function readNames(
  field: "file" | "roster",
  from: string,
  read: (from: string) => readonly string[],
  none: string,
  problems: Problem[],
): readonly string[] | undefined {
  const problem = (fix: string) => problems.push({ path: ["fleet", "names", field], value: from, fix });
  try {
    const names = read(from);
    if (names.length === 0) problem(none);
    return names;
  } catch (error) {
    problem(`it cannot be read (${reasonOf(error)})`);
    return undefined;
  }
}

/** One device would stand for several that were meant, and the run would call itself complete. */
function refuseRepeated(
  listed: readonly ListedName[],
  places: "lines" | "entries",
  path: readonly string[],
  value: string | undefined,
  problems: Problem[],
): void {
  const repeated = repeatedNames(listed);
  const [first] = repeated;
  if (first === undefined) return;
  const more = repeated.length === 1 ? "" : `, and ${repeated.length - 1} more names like it`;
  const name = shownValue(first.name, ["fleet", "names", 0]) ?? "a name";
  problems.push({
    path,
    value,
    fix: `${name} is there more than once, ${places} ${first.lines.slice(0, 5).join(", ")}${more}: give each name once`,
  });
}

/** What a device asks for unless it is said. */
export const USUAL_CREDENTIALS = "mqtt-basic";

interface FleetParts {
  readonly names: readonly string[] | undefined;
  readonly count: number;
  readonly prefix: string;
  readonly groups: readonly FleetGroup[] | undefined;
}

/** The fleet of `count` devices; `names` as `listedNames` gives them. Mistakes go to `problems`. */
export function resolveFleet(
  { fleet, provisioning }: Scenario,
  { names, count, prefix, groups }: FleetParts,
  problems: Problem[],
): FleetPlan {
  return {
    count,
    seed: fleet.seed,
    names: namesOf(fleet, names, { count, prefix, groups }, problems),
    mix:
      groups === undefined
        ? mixOf(fleet.credentials ?? (provisioning.strategy === "x509-chain" ? "x509" : USUAL_CREDENTIALS))
        : groups.flatMap(({ mix }) => mix),
    ...(groups === undefined ? {} : { groups }),
    gateway: fleet.gateway,
    ...retryOf(fleet.retry, problems),
    misbehaviours: misbehavioursOf(fleet, problems),
  };
}

function namesOf(
  fleet: Scenario["fleet"],
  listed: readonly string[] | undefined,
  { count, prefix, groups }: Pick<FleetParts, "count" | "prefix" | "groups">,
  problems: Problem[],
): FleetPlan["names"] {
  const { names } = fleet;
  if (names === "server" || names === "blank") return { from: names };
  if (names === undefined) {
    const name = fleet.name ?? (groups === undefined ? "{prefix}-{seq:6}" : "{prefix}-{group}-{seq:6}");
    checkPattern(name, { count, prefix, groups }, problems);
    return { from: "pattern", pattern: name };
  }
  const distinct = [...new Set(listed)];
  const problem = (value: string, fix: string, judgedBy: readonly string[] = []) =>
    problems.push({ path: ["fleet", "names"], value, fix, judgedBy });
  if (listed !== undefined && distinct.length < count) {
    const fix = `the fleet has ${quantity(count, "device")}: give as many names, or lower fleet.count`;
    problem(`${formatCount(distinct.length)} different names`, fix, ["load"]);
  }
  const bad = distinct.map((each) => ({ each, wrong: wrongWith(each) })).find(({ wrong }) => wrong !== undefined);
  if (bad?.wrong !== undefined) problem(shownValue(bad.each, ["fleet", "names", 0]) ?? "", bad.wrong);
  return { from: "list", names: distinct };
}

function checkPattern(
  pattern: string,
  { count, prefix, groups }: Pick<FleetParts, "count" | "prefix" | "groups">,
  problems: Problem[],
): void {
  const problem = (fix: string): void => {
    problems.push({ path: ["fleet", "name"], value: shownValue(pattern, ["fleet", "name"]), fix });
  };
  const known = groups === undefined ? /^(prefix|seq(:\d{1,2})?)$/ : /^(prefix|group|seq(:\d{1,2})?)$/;
  const unknown = [...pattern.matchAll(/\{([^{}]*)\}/g)].find(([, inner]) => !known.test(inner ?? ""));
  if (unknown?.[1] === "group") return problem("there are no groups: leave {group} out, or write fleet.groups");
  if (unknown !== undefined) return problem(`${unknown[0]} is not known: use {prefix}, {seq} or {seq:6}`);
  if (count > 1 && !/\{seq(:\d+)?\}/.test(pattern))
    return problem("all devices would have one name: put {seq} into it");
  const wrong = wrongWith(longestName(pattern, prefix, { count, groups }));
  if (wrong !== undefined) problem(wrong);
}

/** The name of the last of the devices, in the group with the longest name: none is longer. */
export function longestName(
  pattern: string,
  prefix: string,
  { count, groups = [] }: { readonly count: number; readonly groups?: readonly FleetGroup[] | undefined },
): string {
  const longest = groups.map(({ name }) => name).toSorted((a, b) => b.length - a.length)[0] ?? "{group}";
  return pattern
    .replaceAll("{prefix}", prefix)
    .replaceAll("{group}", longest)
    .replaceAll(/\{seq(?::(\d+))?\}/g, (_all, width: string | undefined) =>
      String(Math.max(0, count - 1)).padStart(Number(width ?? "0"), "0"),
    );
}

/** What ThingsBoard would refuse, or store under another name. */
function wrongWith(name: string): string | undefined {
  if (name.length > LONGEST_NAME)
    return `ThingsBoard refuses names of more than ${LONGEST_NAME} characters: shorten it`;
  if (/[<>\0]|\{\{/.test(name)) return "ThingsBoard refuses < and {{ in names: leave them out";
  return name.trim() === name ? undefined : "ThingsBoard cuts spaces off both ends of a name: leave them out";
}

export function mixOf(credentials: CredentialsInput): readonly CredentialsPlan[] {
  return (Array.isArray(credentials) ? credentials : [credentials]).map((entry) =>
    entryOf(typeof entry === "string" ? ({ type: entry, weight: 1 } as Entry) : entry),
  );
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

const LONGEST_WAIT = usFromSeconds(120);

/** A bare duration is the first wait. */
function retryOf(retry: Scenario["fleet"]["retry"], problems: Problem[]): Pick<FleetPlan, "retry"> {
  if (retry === undefined) return {};
  const { attempts, backoff, jitter, sameName } = retry;
  const initial = typeof backoff === "number" ? backoff : backoff.initial;
  const { factor, max } = typeof backoff === "number" ? { factor: 2, max: LONGEST_WAIT } : backoff;
  if (typeof backoff !== "number" && max < initial) {
    const fix = `it is less than initial: write at least ${initial / 1_000_000}s`;
    problems.push({ path: ["fleet", "retry", "backoff", "max"], value: `${max / 1_000_000}s`, fix });
  }
  return { retry: { attempts, backoff: { initial, factor, max: us(Math.max(initial, max)) }, jitter, sameName } };
}

function misbehavioursOf(fleet: Scenario["fleet"], problems: Problem[]): FleetPlan["misbehaviours"] {
  // In the order of the file; the schema knows no other kinds.
  const entries = Object.entries(fleet.misbehaviours).map(([kind, share]) => ({ kind: kind as Misbehaviour, share }));
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
