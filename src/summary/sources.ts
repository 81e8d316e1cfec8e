import type { SourceSummary } from "../model/source-summary.ts";
import { mostFrequent } from "./counts.ts";
import { quantileOf } from "./quantile-of.ts";
import type { SourceTallies, SourceTally } from "./source-tally.ts";

const OTHERS = "others";

/** Fewer may have come together by chance. */
const LEAST_FAILURES = 5;
/** How many times as often as from the others connections must have failed. */
const TIMES_AS_OFTEN = 2;
/** Standard errors between the two shares: with 256 addresses one run in a hundred would have one beyond that by chance. */
const STANDARD_ERRORS = 4;

/** Those that stand out first, then by their share of failures; undefined: connections came from one address, or nobody said from which. */
export function sourcesOf({ told, others }: SourceTallies): readonly SourceSummary[] | undefined {
  const all = [...told, ...(others === undefined ? [] : [[OTHERS, others] as const])];
  if (all.length < 2) return undefined;
  const whole = { tries: 0, failures: 0 };
  for (const [, tally] of all) {
    const { tries, failures } = triesOf(tally.counts);
    whole.tries += tries;
    whole.failures += failures;
  }
  return all
    .map(([address, tally]) => sourceOf(address, tally, address !== OTHERS && standsOut(triesOf(tally.counts), whole)))
    .toSorted(
      (a, b) => Number(b.standsOut) - Number(a.standsOut) || shareOf(b) - shareOf(a) || byAddress(a.address, b.address),
    );
}

function sourceOf(address: string, { counts, failures, roundTrips }: SourceTally, bad: boolean): SourceSummary {
  const { devices, failed, triedAgain, logins, failedLogins } = counts;
  return {
    address,
    devices,
    failed,
    // A damaged journal may have the end of a device and not its attempts.
    triedAgain: Math.max(0, triedAgain),
    failures: mostFrequent(failures).map(([kind, count]) => ({ kind, count })),
    roundTrip: {
      count: roundTrips?.count ?? 0,
      p50: roundTrips === undefined ? null : quantileOf(roundTrips, 0.5),
      p99: roundTrips === undefined ? null : quantileOf(roundTrips, 0.99),
    },
    logins,
    failedLogins,
    standsOut: bad,
  };
}

interface Tries {
  readonly tries: number;
  readonly failures: number;
}

/** All attempts from there and all logins, and how many of these failed. */
export function triesOf({ devices, failed, triedAgain, logins, failedLogins }: Readonly<SourceTally["counts"]>): Tries {
  return { tries: devices + triedAgain + logins, failures: failed + triedAgain + failedLogins };
}

function shareOf(source: SourceSummary): number {
  const { tries, failures } = triesOf(source);
  return tries === 0 ? 0 : failures / tries;
}

/** Two shares held against each other, that of one address and that of all others (two-proportion z-test). */
function standsOut(own: Tries, whole: Tries): boolean {
  const others = { tries: whole.tries - own.tries, failures: whole.failures - own.failures };
  if (own.failures < LEAST_FAILURES || others.tries === 0) return false;
  const [share, rest] = [own.failures / own.tries, others.failures / others.tries];
  const pooled = whole.failures / whole.tries;
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / own.tries + 1 / others.tries));
  return share >= TIMES_AS_OFTEN * rest && share - rest > STANDARD_ERRORS * error;
}

/** 10.0.0.9 before 10.0.0.10; the others last. */
function byAddress(a: string, b: string): number {
  if (a === OTHERS || b === OTHERS) return a === OTHERS ? 1 : -1;
  return a.localeCompare(b, "en", { numeric: true });
}
