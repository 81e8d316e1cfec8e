/** Only what was counted has a key. */
export function addTo<K>(counts: Map<K, number>, key: K, count: number): void {
  if (count !== 0) counts.set(key, (counts.get(key) ?? 0) + count);
}

/** Most frequent first; of equals by key, so that the order does not depend on who came first. */
export function byFrequency<K extends string | number>(
  [a, x]: readonly [key: K, count: number],
  [b, y]: readonly [key: K, count: number],
): number {
  return y - x || (a < b ? -1 : 1);
}

export function mostFrequent<K extends string | number>(
  counts: ReadonlyMap<K, number>,
): readonly (readonly [key: K, count: number])[] {
  return [...counts].sort(byFrequency);
}
