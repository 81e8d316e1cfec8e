import type { RollCallEntry } from "../model/outcome.ts";
import type { LoginPair, LoginPlacesSummary } from "../model/place-summary.ts";
import type { RecordedPlan } from "../model/plan.ts";
import { placeName } from "../model/target.ts";
import { addHistogram, createHistogram, type Histogram, recordValue } from "../record/histograms.ts";
import { loginReading } from "./metrics.ts";
import { quantileOf } from "./quantile-of.ts";

interface PairTally {
  readonly issuedAt: string;
  readonly place: string;
  logins: number;
  refused: number;
  failed: number;
  /** Of those that were let in. */
  readonly times: Histogram;
}

/** Logins by issuing and admitting place. Merging adds up. */
export type PairTallies = Map<string, PairTally>;

type PairPlan = Pick<RecordedPlan, "target" | "rollCall">;

/** With more places than that, pairs are too many to keep and to read: logins are told apart by where they were made alone. */
const MOST_ISSUERS = 20;
const ANY = "any";
const UNKNOWN = "not known";

export function tellsIssuers({
  target: { hosts = [] },
}: {
  readonly target: Pick<PairPlan["target"], "hosts">;
}): boolean {
  return hosts.length <= MOST_ISSUERS;
}

export function addToPairs(tallies: PairTallies, entry: RollCallEntry, tellIssuers: boolean): void {
  const { place, issuedAt = UNKNOWN, verdict } = entry;
  const reading = loginReading(entry);
  if (place === undefined || reading === undefined) return;
  const tally = pairIn(tallies, tellIssuers ? issuedAt : ANY, place);
  tally.logins += 1;
  if (verdict.state === "refused") tally.refused += 1;
  else if (verdict.state !== "connected") tally.failed += 1;
  else recordValue(tally.times, reading.value);
}

export function mergePairs(into: PairTallies, from: PairTallies): void {
  for (const { issuedAt, place, logins, refused, failed, times } of from.values()) {
    const tally = pairIn(into, issuedAt, place);
    tally.logins += logins;
    tally.refused += refused;
    tally.failed += failed;
    addHistogram(tally.times, times);
  }
}

/** In the order of the plan. Undefined: each device logged in where its credentials were issued. */
export function loginPlacesOf({ target, rollCall }: PairPlan, tallies: PairTallies): LoginPlacesSummary | undefined {
  return rollCall.at === undefined ? undefined : { at: rollCall.at, pairs: pairsOf(tallies, target.hosts ?? []) };
}

/** `places`: those that stand first, in their order. */
export function pairsOf(
  tallies: PairTallies,
  places: readonly Parameters<typeof placeName>[0][],
): readonly LoginPair[] {
  const planned = places.map(placeName);
  const rank = (name: string): number => (planned.includes(name) ? planned.indexOf(name) : planned.length);
  const order = (a: string, b: string): number => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
  return [...tallies.values()]
    .toSorted((a, b) => order(a.issuedAt, b.issuedAt) || order(a.place, b.place))
    .map(({ issuedAt, place, logins, refused, failed, times }) => ({
      issuedAt,
      place,
      logins,
      refused,
      failed,
      login: { count: times.count, p50: quantileOf(times, 0.5), p99: quantileOf(times, 0.99) },
    }));
}

function pairIn(tallies: PairTallies, issuedAt: string, place: string): PairTally {
  const key = `${issuedAt}\n${place}`;
  let tally = tallies.get(key);
  if (tally === undefined) {
    tally = { issuedAt, place, logins: 0, refused: 0, failed: 0, times: createHistogram() };
    tallies.set(key, tally);
  }
  return tally;
}
