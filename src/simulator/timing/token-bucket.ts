import type { Timers } from "./timers.ts";

/** Takes one of what a limit allows; false: there is none left in one of its bandwidths. */
export type Bucket = () => boolean;

/** `limit`: "capacity:seconds", several with commas; undefined: none. Each bandwidth is full at first and filled evenly. */
export function createBucket(limit: string | undefined, timers: Timers): Bucket {
  const bandwidths = (limit ?? "").split(",").filter((text) => text !== "");
  const buckets = bandwidths.map((text) => {
    const [capacity = 0, seconds = 1] = text.split(":").map(Number);
    return { capacity, perMs: capacity / seconds / 1_000, left: capacity, at: timers.now() };
  });
  return () => {
    const now = timers.now();
    for (const bucket of buckets) {
      bucket.left = Math.min(bucket.capacity, bucket.left + (now - bucket.at) * bucket.perMs);
      bucket.at = now;
    }
    if (buckets.some(({ left }) => left < 1)) return false;
    for (const bucket of buckets) bucket.left -= 1;
    return true;
  };
}
