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

/** Compares dotted numbers, number by number; a missing part counts as 0. Below 0: `left` is the earlier. */
export function compareReleases(left: string, right: string): number {
  const a = left.split(".").map(Number);
  const b = right.split(".").map(Number);
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
