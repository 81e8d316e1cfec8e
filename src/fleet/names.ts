import { attemptSuffix } from "../model/attempt-suffix.ts";
import { createGroupOf } from "../model/group-of.ts";
import type { FleetPlan } from "../model/plan.ts";
import { type Seq, seq } from "../model/units.ts";

/** `{prefix}`, `{group}`, `{seq}` or `{seq:6}` (zero-padded to 6 digits). */
const PLACEHOLDER = /\{(?<word>prefix|group|seq)(?::(?<width>\d+))?\}/g;

/** What of a fleet decides what its devices call themselves. */
export type NamedFleet = Pick<FleetPlan, "names" | "firstSeq" | "retry"> &
  (Pick<FleetPlan, "groups" | "seed"> | { readonly groups?: undefined });

/** What a device calls itself, in its attempt of that number (from 1); undefined: nothing, and the server makes a name up. */
export type NameOf = (seq: Seq, attempt?: number) => string | undefined;

export function createNames(fleet: NamedFleet, prefix: string): NameOf {
  const name = firstNames(fleet, prefix);
  if (fleet.retry?.sameName !== false) return name;
  return (each, attempt = 1) => {
    const first = name(each);
    return attempt === 1 || first === undefined ? first : `${first}${attemptSuffix(attempt)}`;
  };
}

function firstNames(fleet: NamedFleet, prefix: string): (seq: Seq) => string | undefined {
  const { names, firstSeq = seq(0) } = fleet;
  switch (names.from) {
    case "server":
      return () => undefined;
    case "blank":
      return () => "";
    case "list":
      return (each) => names.names[each - firstSeq];
    case "pattern":
      return fromPattern(names.pattern, prefix, groupNames(fleet));
  }
}

/** Undefined: there are no groups, and {group} is a text like any other. */
function groupNames(fleet: NamedFleet): ((seq: Seq) => string) | undefined {
  if (fleet.groups === undefined) return undefined;
  const { groups } = fleet;
  const groupOf = createGroupOf(fleet);
  return (each) => groups[groupOf(each) ?? 0]?.name ?? "";
}

/** The pattern is taken apart once, so that a name costs one concatenation. */
function fromPattern(pattern: string, prefix: string, group: ((seq: Seq) => string) | undefined): (seq: Seq) => string {
  const parts: (string | ((each: Seq) => string))[] = [];
  let end = 0;
  for (const match of pattern.matchAll(PLACEHOLDER)) {
    const { word, width = "0" } = match.groups ?? {};
    if (word === "group" && group === undefined) continue;
    parts.push(pattern.slice(end, match.index));
    if (word === "prefix") parts.push(prefix);
    else
      parts.push(word === "group" && group !== undefined ? group : (each) => String(each).padStart(Number(width), "0"));
    end = match.index + match[0].length;
  }
  parts.push(pattern.slice(end));
  return (each) => {
    let name = "";
    for (const part of parts) name += typeof part === "string" ? part : part(each);
    return name;
  };
}
