import { closest, distance } from "fastest-levenshtein";

/** The nearest of the known words, if it is near enough to be what was meant. */
function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(
    word.toLowerCase(),
    known.map((each) => each.toLowerCase()),
  );
  const original = known.find((each) => each.toLowerCase() === candidate);
  return original !== undefined && distance(word.toLowerCase(), candidate) <= Math.max(2, word.length / 3)
    ? original
    : undefined;
}

/** "did you mean fleet? " where something is near, and what there is. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? `there are ${known.join(", ")}` : `did you mean ${near}?`;
}
