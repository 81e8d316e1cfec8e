import { EXIT, RollcallError } from "../model/error.ts";
import type { RunVerdictName } from "./entry.ts";
import type { Listed } from "./read-history.ts";

/** What of a history is wanted; what is not said leaves all. */
export interface HistoryFilter {
  /** Parts of the names, in small or capital letters. */
  readonly scenario?: string | undefined;
  readonly target?: string | undefined;
  /** "name" or "name=value"; all of them. */
  readonly label?: readonly string[] | undefined;
  readonly verdict?: readonly RunVerdictName[] | undefined;
  /** Beginning of the server's release. */
  readonly release?: string | undefined;
  /** A day, an instant, or how long ago: 2026-11-01, 30d, 12h. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** `now`: milliseconds since 1970. Throws RollcallError "usage". */
export function filterHistory(all: readonly Listed[], filter: HistoryFilter, now: number): readonly Listed[] {
  const since = filter.since === undefined ? undefined : readTime("since", filter.since, now);
  const until = filter.until === undefined ? undefined : readTime("until", filter.until, now);
  const { label = [], verdict = [], release } = filter;
  return all.filter((entry) => {
    if (!has(entry.scenario, filter.scenario)) return false;
    if (since !== undefined && !(Date.parse(entry.startedAt) >= since)) return false;
    if (until !== undefined && !(Date.parse(entry.startedAt) < until)) return false;
    if (entry.kind !== "run") {
      return label.length === 0 && verdict.length === 0 && release === undefined && filter.target === undefined;
    }
    if (!has(entry.target, filter.target)) return false;
    if (verdict.length > 0 && !verdict.includes(entry.verdict)) return false;
    if (release !== undefined && entry.release?.startsWith(release) !== true) return false;
    return label.every((text) => hasLabel(entry.labels, text));
  });
}

export function hasLabel(labels: Readonly<Record<string, string>>, text: string): boolean {
  const at = text.indexOf("=");
  if (at < 0) return Object.hasOwn(labels, text);
  const name = text.slice(0, at);
  return Object.hasOwn(labels, name) && labels[name] === text.slice(at + 1);
}

function has(text: string, part: string | undefined): boolean {
  return part === undefined || text.toLowerCase().includes(part.toLowerCase());
}

const AGO_MS = { h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** Milliseconds since 1970. Throws RollcallError "usage". */
export function readTime(option: string, text: string, now: number): number {
  const ago = /^(\d{1,5})([hdw])$/.exec(text);
  if (ago !== null) return now - Number(ago[1]) * AGO_MS[ago[2] as keyof typeof AGO_MS];
  const time = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(time)) return time;
  throw new RollcallError(
    "usage",
    `--${option} ${JSON.stringify(text.slice(0, 40))} is no time.`,
    "Write a day, as 2026-11-01, or how long ago: 12h, 30d, 8w.",
    EXIT.usage,
  );
}
