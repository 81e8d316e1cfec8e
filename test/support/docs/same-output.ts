import { onAnyMachine } from "./busy-machine.ts";

/** Stands in a page for output that it leaves out. */
const GAP = "…";

const UNITS = "(?: ?(?:ms|s|min|h|d|us|µs|%|/s|KiB|MiB|GiB|KB|MB)(?![\\w]))?";
const MASKS: readonly (readonly [RegExp, string])[] = [
  // Names of folders and of runs, times of day, addresses of this machine.
  [/[\w.-]+-\d{8}T\d{6}Z-[0-9a-f]{6}/g, "#"],
  [/\d{4}-\d\d-\d\d(?:T| )\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?: ?UTC|Z)?/g, "#"],
  [/(?:[\w.~-]*\/)+(?=#)/g, ""],
  [/\brc[0-9a-f]{6}\b/g, "#"],
  [/\b(?=[a-f]*\d)[0-9a-f]{6,8}\b/g, "#"],
  [new RegExp(`(?<![\\w.])[<>+-]?\\d[\\d,.]*${UNITS}`, "g"), "#"],
  // A figure that is not known, and several that were one duration.
  [/(?<=\s)-(?=\s)/g, "#"],
  [/#(?:[ ,:.]+#)+/g, "#"],
];

/** `text` as a row of words, in which figures, names of runs and how lines are broken make no difference. */
export function maskFigures(text: string): string {
  let masked = ` ${text.replaceAll(/\s+/g, " ")} `;
  for (const [pattern, by] of MASKS) masked = masked.replaceAll(pattern, by);
  return masked.trim();
}

/** What a page shows and the output has not; undefined: all of it is there, in order. */
export function missingFrom(output: string, shown: string): string | undefined {
  const held = onAnyMachine(output, shown);
  const masked = maskFigures(held.output);
  const parts = held.shown.split(GAP).map((part) => maskFigures(part));
  let from = 0;
  for (const [index, part] of parts.entries()) {
    const at = masked.indexOf(part, from);
    if (at < 0) return part;
    if (index === 0 && at > 0) return `${part} (as its beginning)`;
    from = at + part.length;
  }
  const rest = masked.slice(from).trim();
  return parts.at(-1) === "" || rest === "" ? undefined : `an end here: ${rest}`;
}
