/** One statement about the instrument, and what came of it. */
export interface Finding {
  readonly statement: string;
  readonly expected: string;
  readonly measured: string;
  readonly holds: boolean;
}

/** `unit` with its space, where it has one. */
export function between(
  statement: string,
  found: number,
  [low, high]: readonly [low: number, high: number],
  { unit, digits = 0 }: { readonly unit: string; readonly digits?: number },
): Finding {
  return {
    statement,
    expected: `${low.toFixed(digits)} to ${high.toFixed(digits)}${unit}`,
    measured: `${found.toFixed(digits)}${unit}`,
    holds: found >= low && found <= high,
  };
}

export function atMost(statement: string, found: number, limit: number, unit: string): Finding {
  return {
    statement,
    expected: `at most ${limit}${unit}`,
    measured: `${Number(found.toPrecision(2))}${unit}`,
    holds: found <= limit,
  };
}

export function exactly(statement: string, found: number, truth: number): Finding {
  return { statement, expected: String(truth), measured: String(found), holds: found === truth };
}
