import { compareReleases } from "./release.ts";

/** For how long after a request a server may still create the device that it asks for. */
interface RequestLimit {
  /** First release with these numbers. */
  readonly since: string;
  /** In the queue: what is older when the core takes it up is dropped. */
  readonly queuedMs: number;
  /** In the core, from then on. */
  readonly workedOnMs: number;
}

/**
 * As ThingsBoard has it unless it is configured otherwise (docs/contract.md, section 1, "Timeout arithmetic"): the core drops
 * a request older than 10 s (DefaultTbQueueResponseTemplate:105-107) and gives up one that it has begun after 10 s more
 * (:123-141); what was saved by then stays. The transport tells its client so after 10 to 20 s (DefaultTbQueueRequestTemplate:121-148).
 * Up to 3.7 the thread that takes requests up does the work itself, under the same two limits.
 */
const LIMITS: readonly RequestLimit[] = [
  { since: "3.6", queuedMs: 10_000, workedOnMs: 10_000 },
  { since: "3.8", queuedMs: 10_000, workedOnMs: 10_000 },
];

/** Milliseconds, queue included; of a release that nobody knows the longest. */
export function requestLimitMs(version: string): number {
  const row = LIMITS.findLast(({ since }) => compareReleases(since, version) <= 0);
  const total = ({ queuedMs, workedOnMs }: RequestLimit): number => queuedMs + workedOnMs;
  return row === undefined ? Math.max(...LIMITS.map(total)) : total(row);
}
