import { attemptSuffix } from "../model/attempt-suffix.ts";
import type { FleetPlan } from "../model/plan.ts";
import { type Seq, seq } from "../model/units.ts";

/** `{prefix}`, `{seq}` or `{seq:6}` (zero-padded to 6 digits). */
const PLACEHOLDER = /\{(?<word>prefix|seq)(?::(?<width>\d+))?\}/g;

/** What a device calls itself, in its attempt of that number (from 1); undefined: nothing, and the server makes a name up. */
export type NameOf = (seq: Seq, attempt?: number) => string | undefined;

export function createNames(fleet: Pick<FleetPlan, "names" | "firstSeq" | "retry">, prefix: string): NameOf {
  const name = firstNames(fleet, prefix);
  if (fleet.retry?.sameName !== false) return name;
  return (each, attempt = 1) => {
    const first = name(each);
    return attempt === 1 || first === undefined ? first : `${first}${attemptSuffix(attempt)}`;
  };
}

function firstNames(
  { names, firstSeq = seq(0) }: Pick<FleetPlan, "names" | "firstSeq">,
  prefix: string,
): (seq: Seq) => string | undefined {
  switch (names.from) {
    case "server":
      return () => undefined;
    case "blank":
      return () => "";
    case "list":
      return (each) => names.names[each - firstSeq];
    case "pattern":
      return fromPattern(names.pattern, prefix);
  }
}

/** The pattern is taken apart once, so that a name costs one concatenation. */
function fromPattern(pattern: string, prefix: string): (seq: Seq) => string {
  const parts: (string | { readonly width: number })[] = [];
  let end = 0;
  for (const match of pattern.matchAll(PLACEHOLDER)) {
    parts.push(pattern.slice(end, match.index));
    const width = Number(match.groups?.["width"] ?? "0");
    parts.push(match.groups?.["word"] === "prefix" ? prefix : { width });
    end = match.index + match[0].length;
  }
  parts.push(pattern.slice(end));
  return (each) =>
    parts.map((part) => (typeof part === "string" ? part : String(each).padStart(part.width, "0"))).join("");
}
