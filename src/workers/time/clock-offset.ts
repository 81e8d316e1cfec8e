/** One question to another machine's clock and its answer; all in nanoseconds of monotonic clocks. */
export interface Exchange {
  /** On this machine's clock. */
  readonly asked: bigint;
  readonly heard: bigint;
  /** On the other machine's. */
  readonly received: bigint;
  readonly sent: bigint;
}

/** This machine's clock minus the other's, in nanoseconds: the truth is within `bound` of `offset`. */
export interface ClockOffset {
  readonly offset: bigint;
  readonly bound: bigint;
}

export interface OffsetEstimator {
  /** False: an exchange that cannot have happened, which is not counted. */
  add(exchange: Exchange): boolean;
  /** As of `now` on this machine's clock, not before the last exchange; undefined: no exchange yet. */
  at(now: bigint): ClockOffset | undefined;
  /** Exchanges that contradict the ones before by more than drift can: a clock was stopped or set. */
  readonly jumps: number;
}

/**
 * How fast two clocks may part: time synchronisation slews a Linux clock by at most 500 parts in a million (adjtimex(2)),
 * and both of them may be slewed, one forward and one back.
 */
const PARTS_PER_MILLION = 1_000n;

/**
 * The offset of two clocks by the interval that an exchange proves: its question was not received before it was asked,
 * nor its answer heard before it was sent, however unlike the two ways are. Half the round trip, less the time that the
 * other side took, is the bound; from then on it grows by the allowance for drift. All bounds grow alike, so of two
 * exchanges the better one stays the better one, and only one has to be kept.
 */
export function createOffsetEstimator(): OffsetEstimator {
  let best: (ClockOffset & { readonly asked: bigint }) | undefined;
  let jumps = 0;

  const aged = (now: bigint): ClockOffset | undefined =>
    best === undefined
      ? undefined
      : { offset: best.offset, bound: best.bound + drift(now > best.asked ? now - best.asked : 0n) };

  return {
    get jumps() {
      return jumps;
    },
    add({ asked, heard, received, sent }) {
      const [low, high] = [asked - received, heard - sent];
      // Clocks that drift may make a way a little shorter than nothing.
      if (high + drift(heard - asked) < low || sent < received) return false;
      // Rounded up, so that halving loses nothing.
      const found = { offset: (low + high) / 2n, bound: (high > low ? high - low + 1n : 0n) / 2n + 1n, asked };
      const kept = aged(heard);
      const width = found.bound + drift(heard - asked);
      const apart = kept !== undefined && distance(kept.offset, found.offset) > kept.bound + width;
      if (apart) jumps += 1;
      if (kept === undefined || apart || width <= kept.bound) best = found;
      return true;
    },
    at: aged,
  };
}

function drift(age: bigint): bigint {
  return (age * PARTS_PER_MILLION + 999_999n) / 1_000_000n;
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}
