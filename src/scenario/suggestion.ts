import { closest, distance } from "fastest-levenshtein";

/** What other load tools call it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  arrivalcount: "devices",
  arrivalrate: "constant",
  concurrency: "closed",
  iterations: "devices",
  maxvusers: "maxInFlight",
  phases: "load",
  rampto: "ramp",
  rate: "constant",
  scenarios: "load",
  vus: "closed",
};

/** The nearest of the known words, if it is near enough to be what was meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  const elsewhere = Object.hasOwn(ELSEWHERE, lower) ? ELSEWHERE[lower] : undefined;
  if (elsewhere !== undefined && known.includes(elsewhere)) return elsewhere;
  if (known.length === 0) return undefined;
  const candidate = closest(
    lower,
    known.map((each) => each.toLowerCase()),
  );
  // Of a word of two letters each other word of two is not far.
  return distance(lower, candidate) <= Math.min(word.length - 1, Math.max(2, word.length / 3))
    ? known.find((each) => each.toLowerCase() === candidate)
    : undefined;
}

/** "did you mean fleet?" where something is near, otherwise what there is. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (near !== undefined) return `did you mean ${near}?`;
  const names = [...new Set(known)];
  if (names.length === 0) return "leave it out";
  return names.length === 1 ? `there is only ${names[0]}` : `there are ${names.join(", ")}`;
}
