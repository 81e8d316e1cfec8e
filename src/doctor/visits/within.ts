import { setTimeout as sleep } from "node:timers/promises";

/** What `asked` comes to, or undefined after `ms`. Rejects with the reason of `stop`. */
export async function within<T>(asked: Promise<T>, ms: number, stop: AbortSignal): Promise<T | undefined> {
  const over = new AbortController();
  const late = sleep(ms, undefined, { signal: AbortSignal.any([stop, over.signal]) });
  try {
    return await Promise.race([asked, late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
  }
}
