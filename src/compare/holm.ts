/**
 * p values adjusted so that the chance of any false alarm among them stays below the level (Holm 1979), in the order
 * given: the k-th smallest is multiplied by (m - k + 1), never below one before it, at most 1.
 */
export function holm(p: readonly number[]): readonly number[] {
  const order = p.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const adjusted = Array.from({ length: p.length }, () => 1);
  let floor = 0;
  order.forEach(({ value, index }, rank) => {
    floor = Math.max(floor, Math.min(1, value * (p.length - rank)));
    adjusted[index] = floor;
  });
  return adjusted;
}
