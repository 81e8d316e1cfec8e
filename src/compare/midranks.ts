/** Twice each value's midrank, an integer even for ties, in the order given. */
export function doubledMidranks(values: readonly number[]): readonly number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks = Array.from({ length: values.length }, () => 0);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && order[to]?.value === order[from]?.value) to += 1;
    // Ranks from+1 … to; their mean doubled is from + 1 + to.
    for (const { index } of order.slice(from, to)) ranks[index] = from + 1 + to;
    from = to;
  }
  return ranks;
}
