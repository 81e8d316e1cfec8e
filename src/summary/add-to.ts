/** Only what was counted has a key. */
export function addTo<K>(counts: Map<K, number>, key: K, count: number): void {
  if (count !== 0) counts.set(key, (counts.get(key) ?? 0) + count);
}
