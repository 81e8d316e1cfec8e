/** A release of ThingsBoard as people call it, e.g. "CE 4.2.1"; "3.6.4" where the server does not tell its edition. */
export function releaseName({
  version,
  edition,
}: {
  readonly version: string;
  readonly edition: string | null;
}): string {
  return edition === null ? version : `${edition} ${version}`;
}

/** The releases, by major and minor number, whose rules were looked at on real servers. */
export const TRIED_RELEASES = { oldest: "3.6", newest: "4.4" } as const;

/** Numbers, and what a build may add to them: 4.4.0-SNAPSHOT, 4.3.1PE, 4.3.0-rc.1. */
const RELEASE = /^(\d{1,9}(?:\.\d{1,9}){0,9})((?:[-+_ ]|(?=[A-Za-z]))[\w.+-]{1,40})?$/;

/** "4.3.1" of 4.3.1PE; undefined: not a release. The suffix of a build never changes what is expected of its numbers. */
export function numbersOf(release: string): string | undefined {
  return RELEASE.exec(release)?.[1];
}

/** What the numbers are followed by, e.g. "-SNAPSHOT"; "": nothing, or not a release. */
export function suffixOf(release: string): string {
  return RELEASE.exec(release)?.[2] ?? "";
}

/** Whether its rules were looked at; `unreadable`: not a release. */
export function standingOf(release: string): "tried" | "older" | "newer" | "unreadable" {
  const numbers = numbersOf(release);
  if (numbers === undefined) return "unreadable";
  const majorMinor = numbers.split(".").slice(0, 2).join(".");
  if (compareReleases(majorMinor, TRIED_RELEASES.oldest) < 0) return "older";
  return compareReleases(majorMinor, TRIED_RELEASES.newest) > 0 ? "newer" : "tried";
}

/** Compares the numbers of two releases, one by one; a missing one counts as 0. Below 0: `left` is the earlier. */
export function compareReleases(left: string, right: string): number {
  const a = (numbersOf(left) ?? "").split(".").map(Number);
  const b = (numbersOf(right) ?? "").split(".").map(Number);
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
