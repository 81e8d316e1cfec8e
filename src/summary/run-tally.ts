import type { FailureKind, RejectionStatus } from "../model/outcome.ts";
import { type AddressTally, mergeAddresses } from "./address-tally.ts";
import { type BackgroundTally, createBackgroundTally, mergeBackground } from "./background-tally.ts";
import { addFirst, type Counted, createFirstDevices, type FirstDevices, mergeCounted } from "./first-devices.ts";
import { createGeneratorTally, type GeneratorTally, mergeGenerator } from "./generator-tally.ts";
import { type GroupTallies, mergeGroups } from "./group-tally.ts";
import { createPhaseTally, mergePhase, type PhaseTally } from "./phase-tally.ts";
import { createStandings, mergeStandings, type Standings } from "../record/standings.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { mergePairs, type PairTallies } from "./login-pairs.ts";
import { createRollCallTally, mergeRollCall, type RollCallTally } from "./roll-call-tally.ts";
import { mergePlaces, type PlaceTallies } from "./place-tally.ts";
import { createSourceTallies, mergeSources, type SourceTallies } from "./source-tally.ts";
import { createRetryTally, mergeRetries, type RetryTally } from "./retry-tally.ts";
import { mergeTempo, type TempoTally } from "./tempo-tally.ts";
import { mergeSeconds, type SecondTallies } from "./second-tally.ts";

const UNKNOWN_LIMIT = 100;

/**
 * What the journals say, added up. Tallies of parts of a run merge into that of the whole: in any order and grouping,
 * with `createRunTally` as the identity; so shards can be folded apart.
 */
export interface RunTally {
  readonly phases: PhaseTally[];
  readonly seconds: SecondTallies;
  readonly failures: Map<FailureKind, Counted>;
  readonly rejections: Map<RejectionStatus, Counted>;
  readonly rollCall: RollCallTally;
  /** The first devices of which the server may know more than we do, by what they call themselves. */
  readonly unknown: FirstDevices;
  readonly standings: Standings;
  readonly addresses: AddressTally;
  readonly places: PlaceTallies;
  readonly sources: SourceTallies;
  readonly groups: GroupTallies;
  readonly retries: RetryTally;
  readonly pairs: PairTallies;
  readonly generators: Map<number, GeneratorTally>;
  readonly tempo: TempoTally;
  readonly background: BackgroundTally;
  /** Time of the last entry; -Infinity: none. */
  lastEntry: number;
}

export function createRunTally({ plan, generators }: PlanFacts): RunTally {
  return {
    phases: plan.phases.map(() => createPhaseTally()),
    seconds: new Map(),
    failures: new Map(),
    rejections: new Map(),
    rollCall: createRollCallTally(),
    unknown: createFirstDevices(UNKNOWN_LIMIT),
    standings: createStandings({ phases: plan.phases, generators }),
    addresses: new Map(),
    places: new Map(),
    sources: createSourceTallies(),
    groups: new Map(),
    retries: createRetryTally(),
    pairs: new Map(),
    generators: new Map(),
    tempo: new Map(),
    background: createBackgroundTally(),
    lastEntry: -Infinity,
  };
}

export function mergeRunTally(into: RunTally, from: RunTally): void {
  for (const [index, phase] of into.phases.entries()) {
    const other = from.phases[index];
    if (other !== undefined) mergePhase(phase, other);
  }
  mergeSeconds(into.seconds, from.seconds);
  mergeCounted(into.failures, from.failures);
  mergeCounted(into.rejections, from.rejections);
  mergeRollCall(into.rollCall, from.rollCall);
  for (const device of from.unknown.devices) addFirst(into.unknown, device);
  mergeAddresses(into.addresses, from.addresses);
  mergePlaces(into.places, from.places);
  mergeSources(into.sources, from.sources);
  mergeGroups(into.groups, from.groups);
  mergeRetries(into.retries, from.retries);
  mergePairs(into.pairs, from.pairs);
  mergeStandings(into.standings, from.standings);
  for (const [index, generator] of from.generators) mergeGenerator(generatorIn(into, index), generator);
  mergeTempo(into.tempo, from.tempo);
  mergeBackground(into.background, from.background);
  into.lastEntry = Math.max(into.lastEntry, from.lastEntry);
}

export function generatorIn(tally: RunTally, index: number): GeneratorTally {
  let generator = tally.generators.get(index);
  if (generator === undefined) {
    generator = createGeneratorTally();
    tally.generators.set(index, generator);
  }
  return generator;
}
