const PROGRESS_MS = 5_000;

/** A line now and then of how many were called so far, until disposed of. */
export function createProgressLines(
  say: (text: string) => void,
): Disposable & { show(called: number, absent: number): void } {
  let [now, away] = [0, 0];
  const lines = setInterval(() => say(`called ${now}, absent ${away}`), PROGRESS_MS);
  return {
    show(called, absent) {
      [now, away] = [called, absent];
    },
    [Symbol.dispose]: () => clearInterval(lines),
  };
}
