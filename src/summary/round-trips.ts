/** Round trips as they are, in 4 bytes each: at any rate and length less room than a histogram a second would take. */
export interface RoundTrips {
  values: Uint32Array;
  count: number;
}

export function createRoundTrips(): RoundTrips {
  return { values: new Uint32Array(0), count: 0 };
}

export function addRoundTrip(into: RoundTrips, value: number): void {
  if (into.count === into.values.length) {
    const larger = new Uint32Array(Math.max(16, into.values.length * 2));
    larger.set(into.values);
    into.values = larger;
  }
  into.values[into.count] = value;
  into.count += 1;
}

export function addRoundTrips(into: RoundTrips, from: Readonly<RoundTrips>): void {
  for (const value of from.values.subarray(0, from.count)) addRoundTrip(into, value);
}

/** All of several tallies, ascending. */
export function sortedRoundTrips(tallies: readonly Readonly<RoundTrips>[]): Uint32Array {
  const all = new Uint32Array(tallies.reduce((sum, { count }) => sum + count, 0));
  let length = 0;
  for (const { values, count } of tallies) {
    all.set(values.subarray(0, count), length);
    length += count;
  }
  return all.sort();
}
