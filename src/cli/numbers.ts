import { parseDuration } from "../scenario/quantities.ts";

/** What an option takes; the bounds that are given are part of it, but for `above` and `below`. */
interface Range {
  readonly what: "whole" | "number" | "seconds";
  readonly least?: number;
  readonly most?: number;
  readonly above?: number;
  readonly below?: number;
  readonly example: string;
}

const COUNT: Range = { what: "whole", least: 1, example: "10" };
const SOME: Range = { what: "whole", least: 0, example: "10" };
const PORT: Range = { what: "whole", least: 1, most: 65_535, example: "1883" };
const FREE_PORT: Range = { ...PORT, least: 0 };
const RATE: Range = { what: "number", above: 0, example: "50" };
const SHARE: Range = { what: "number", above: 0, below: 1, example: "0.05" };
const PAUSE: Range = { what: "seconds", least: 0, example: "5s" };

/** Each option that takes a number, and those that take a time as seconds; "command option" goes before "option". */
const NUMBERS: Readonly<Record<string, Range>> = {
  closed: COUNT,
  concurrency: COUNT,
  confirmations: { ...COUNT, example: "2" },
  "cool-down": PAUSE,
  cores: { ...COUNT, example: "4" },
  "coap-port": { ...FREE_PORT, example: "5683" },
  dashboard: { ...FREE_PORT, example: "8080" },
  devices: { ...COUNT, example: "1000" },
  generators: { ...COUNT, example: "2" },
  "generators-per-worker": { ...COUNT, most: 1_000, example: "2" },
  highest: RATE,
  "http-port": { ...FREE_PORT, example: "8080" },
  keep: { ...SOME, example: "20" },
  lease: { what: "seconds", least: 2, most: 3_600, example: "15s" },
  level: SHARE,
  limit: { ...SOME, example: "40" },
  lowest: RATE,
  "max-devices": { ...COUNT, example: "5000" },
  "minimum-effect": SHARE,
  "most-trials": { ...COUNT, example: "30" },
  port: PORT,
  rate: RATE,
  resolution: { ...RATE, example: "0.05" },
  scale: { ...RATE, example: "0.1" },
  "search duration": { what: "seconds", above: 0, example: "20s" },
  seed: { what: "number", example: "7" },
  "simulate cores": { ...COUNT, most: 64, example: "4" },
  "simulate port": FREE_PORT,
  start: RATE,
  tenants: { ...COUNT, most: 20, example: "2" },
  times: COUNT,
  "tls-port": { ...FREE_PORT, example: "8883" },
  wait: { what: "seconds", least: 1, most: 86_400, example: "5m" },
  "warm-up": { ...SOME, example: "100" },
  workers: { ...COUNT, most: 10_000, example: "2" },
};

/** Of an option that takes a time as seconds: a number of them, or with units ("90s", "2m"). */
export function seconds(defaultText: string, describe: string) {
  return { type: "string", default: defaultText as unknown as number, describe, coerce: readSeconds } as const;
}

/** The same of one that is undefined where it is not given. */
export function secondsIfGiven(defaultText: string, describe: string) {
  const coerce = (typed: unknown): number | undefined => (typed === undefined ? undefined : readSeconds(typed));
  return { type: "string", defaultDescription: defaultText, describe, coerce } as const;
}

function readSeconds(typed: unknown): number {
  // Given twice it is a list, which the program refuses for every option.
  if (typeof typed !== "string") return typed as number;
  const time = typed.trim() === "" ? undefined : parseDuration(typed);
  return time === undefined ? Number.NaN : time / 1_000_000;
}

export interface WrongNumber {
  readonly message: string;
  readonly hint: string;
}

/**
 * The first option whose number is none, or not one that it takes; undefined: all are right. `numbers`: the options that the
 * parser takes for numbers. Throws where it is not known what one of them takes.
 */
export function wrongNumber(
  parsed: Readonly<Record<string, unknown>>,
  numbers: readonly string[],
  args: readonly string[],
): WrongNumber | undefined {
  const [command] = Array.isArray(parsed["_"]) ? (parsed["_"] as readonly unknown[]) : [];
  const rangeOf = (name: string): Range | undefined => NUMBERS[`${String(command)} ${name}`] ?? NUMBERS[name];
  const unknown = numbers.find((name) => rangeOf(name) === undefined && !/[A-Z]/.test(name));
  if (unknown !== undefined) throw new Error(`nothing says what numbers --${unknown} takes`);
  for (const [name, value] of Object.entries(parsed)) {
    const range = rangeOf(name);
    if (range === undefined || typeof value !== "number" || isWithin(value, range)) continue;
    const typed = typedFor(name, args) ?? String(value);
    const hint = `Write for example --${name} ${range.example}.`;
    if (typed.trim() === "") return { message: `--${name} needs a value behind it.`, hint };
    return { message: `--${name} ${typed} is not ${inWords(range)}.`, hint };
  }
  return undefined;
}

function typedFor(name: string, args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  const [own] = args.slice(at, at + 1);
  if (at < 0 || own === undefined) return undefined;
  return own.includes("=") ? own.slice(own.indexOf("=") + 1) : (args[at + 1] ?? "");
}

function isWithin(value: number, { what, least, most, above, below }: Range): boolean {
  if (!Number.isFinite(value) || (what === "whole" && !Number.isSafeInteger(value))) return false;
  if (least !== undefined && value < least) return false;
  if (most !== undefined && value > most) return false;
  return (above === undefined || value > above) && (below === undefined || value < below);
}

function inWords({ what, least, most, above, below }: Range): string {
  const kind = { whole: "a whole number", number: "a number", seconds: "a time" }[what];
  const unit = what === "seconds" ? " s" : "";
  if (least !== undefined && most !== undefined) return `${kind} from ${least}${unit} to ${most}${unit}`;
  if (least !== undefined) return `${kind} of at least ${least}${unit}`;
  if (above !== undefined && below !== undefined) return `${kind} between ${above} and ${below}`;
  return above === undefined ? kind : `${kind} above ${above}`;
}
