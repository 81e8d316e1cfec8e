/**
 * Aborted with the first of them. Unlike that of AbortSignal.any it does not look at its sources each time it is asked whether it is
 * aborted, which a generator does ten times for each device.
 */
export function firstOf(...signals: readonly AbortSignal[]): AbortSignal {
  const first = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) first.abort(signal.reason);
    else signal.addEventListener("abort", () => first.abort(signal.reason), { once: true, signal: first.signal });
  }
  return first.signal;
}
