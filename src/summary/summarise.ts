import type { BrakeRecord } from "../model/brake-record.ts";
import type { Calibration } from "../model/calibration.ts";
import type { RollCallSummary, Summary } from "../model/summary.ts";
import type { ServerRecord } from "../model/server-record.ts";
import type { Seq } from "../model/units.ts";
import type { MarkRecord } from "../model/mark.ts";
import type { WatchRecord } from "../model/watch.ts";
import type { MemberRecord } from "../record/members-file.ts";
import { backgroundSignals } from "./background-signal.ts";
import { backgroundOf } from "./background.ts";
import { calibrationOf, calibrationWarnings } from "./calibration.ts";
import { ranked } from "./first-devices.ts";
import { isSteady, unmarkedDips } from "./unmarked-dips.ts";
import { figuresOf, phaseResults, phasesOf } from "./figures.ts";
import { generatorsOf } from "./generators.ts";
import { groupsOf } from "./groups.ts";
import { ledgerOf } from "./ledger.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { measure } from "./quantities.ts";
import { placesOf, spreadOf } from "./places.ts";
import { sourcesOf } from "./sources.ts";
import { retriesOf } from "./retry-tally.ts";
import { loginPlacesOf } from "./login-pairs.ts";
import { rollCallOf } from "./roll-call-tally.ts";
import { runFactsOf } from "./run-facts.ts";
import type { RunTally } from "./run-tally.ts";
import { secondsOf } from "./second-tally.ts";
import { otherPrograms } from "./other-programs.ts";
import { percentileCurves } from "./percentile-curves.ts";
import { spansOf } from "./spans.ts";
import { timelineOf } from "./timeline.ts";
import { serverOf } from "./server.ts";
import { clockSignals } from "./clock-signal.ts";
import { marksOf } from "./marks.ts";
import { machinesOf } from "./machines.ts";
import { judge, withStop } from "./thresholds.ts";
import { tighter, UNKNOWN } from "./tightest.ts";
import { unknownOf } from "./unknown.ts";
import { generatorsValidity, signalsOf, worstOf } from "./validity.ts";
import { verdictOf } from "./verdict.ts";
import { watchOf } from "./watch.ts";
import { tempoOf } from "./tempo-tally.ts";
import { warningsOf } from "./warnings.ts";

export interface SummariseOptions {
  readonly duplicates: RollCallSummary["duplicates"];
  /** Names devices of which no line speaks. */
  readonly nameOf: (seq: Seq, attempt?: number) => string | undefined;
  /** Undefined: nobody asked the server. */
  readonly server: ServerRecord | undefined;
  /** Undefined: the plan was not calibrated when it ran. */
  readonly calibration: Calibration | undefined;
  /** Undefined: no threshold stopped the run. */
  readonly stoppedBy?: BrakeRecord | undefined;
  /** Undefined: the load was made on one machine. */
  readonly members?: readonly MemberRecord[] | undefined;
  readonly marks?: readonly MarkRecord[];
  /** Undefined: the server was not watched. */
  readonly watch?: readonly WatchRecord[] | undefined;
}

/** The whole summary of what was tallied: pure. Its keys are in the order of model/summary.ts, as people read it too. */
export function summarise(facts: PlanFacts, tally: RunTally, options: SummariseOptions): Summary {
  const { duplicates, nameOf } = options;
  const results = phaseResults(facts, tally);
  const measuredResults = results.filter(({ phase }) => !phase.warmup);
  const run = runFactsOf(facts, tally, options.stoppedBy);
  const ledger = ledgerOf(facts, tally);
  const phases = phasesOf(results);
  const [onlyMeasured, ...furtherMeasured] = measuredResults;
  const ofOne = onlyMeasured !== undefined && furtherMeasured.length === 0 ? phases[onlyMeasured.index] : undefined;
  const measured = ofOne?.figures ?? figuresOf(measuredResults);
  const rollCall = rollCallOf(tally.rollCall, facts.plan.rollCall, duplicates);
  const unknown = unknownOf(tally, nameOf, facts.plan.fleet.retry);
  const server = serverOf(options.server);
  const calibration = calibrationOf(options.calibration, run, options.members);
  const roundTrip = measured.latencies.roundTrip.success;
  const generators = generatorsOf(facts, tally);
  const judged = { generators, measured: measuredResults, roundTrip };
  const signals = [
    ...signalsOf(judged),
    ...backgroundSignals(facts, tally.background),
    ...clockSignals(options.members, judged),
  ];
  const byGenerator = generatorsValidity(judged);
  const { cores } = run.machine;
  const { simulated } = run.target;
  const others = options.members === undefined ? otherPrograms(generators, { cores, simulated, signals }) : undefined;
  const spans = spansOf(results, tally.rollCall, facts.plan.rollCall.when === "inline");
  const tempo = tempoOf(tally.tempo);
  const steady = tempo === undefined && results.every(({ phase }) => isSteady(phase.shape));
  const marks = marksOf(options.marks ?? [], run.startedAt, tally.seconds, { spans, steady });
  const { retry } = facts.plan.fleet;
  const retries = retry && retriesOf(tally.retries, retry.sameName);
  const asked = options.server?.reconciliation != null;
  const groups = groupsOf(facts.plan, tally.groups, {
    measured: measured.duration,
    asked,
    unreported: ledger.unreported,
  });
  const background = backgroundOf(facts, tally);
  const quantities = {
    ledger,
    measured,
    phases,
    rollCall,
    unknown,
    server,
    retries,
    background,
    ...(marks === undefined ? {} : { marks }),
    ...(groups === undefined ? {} : { groups }),
  };
  const dips = unmarkedDips(measuredResults, tally.seconds, { marks, tempo });
  const watch = watchOf(options.watch, run);
  const places = placesOf(facts.plan, tally.places, { measured: measured.duration, asked });
  const spread = places === undefined ? undefined : spreadOf(facts.plan);
  const sources = sourcesOf(tally.sources);
  const logins = loginPlacesOf(facts.plan, tally.pairs);
  const unjudged: Omit<Summary, "verdict"> = {
    version: 1,
    run,
    ledger,
    measured,
    phases,
    seconds: secondsOf(tally.seconds),
    timeline: timelineOf(tally.seconds, spans, tally.places, {
      groups: facts.plan.fleet.groups,
      tallies: tally.groups,
    }),
    percentiles: measuredResults.length === 0 ? undefined : percentileCurves(measuredResults),
    failures: ranked(tally.failures).map(([kind, { count, device, text }]) => ({
      kind,
      count,
      example: { device, detail: text },
    })),
    rejections: ranked(tally.rejections).map(([status, { count, device, text }]) => ({
      status,
      count,
      example: { device, message: text },
    })),
    rollCall,
    unknown,
    server,
    calibration,
    thresholds: facts.plan.thresholds.map((threshold) =>
      withStop(
        judge(threshold, (name) => measure(quantities, name)),
        options.stoppedBy,
      ),
    ),
    validity: {
      grade: worstOf(signals.map(({ grade }) => grade)),
      signals,
      generators: byGenerator,
      tightest: generators.map(([, { tightest }]) => tightest).reduce(tighter, UNKNOWN),
      ...(others === undefined ? {} : { others }),
      warnings: [...warningsOf(facts, tally, run, measuredResults), ...calibrationWarnings(calibration, run)],
    },
    ...(marks === undefined ? {} : { marks }),
    ...(dips.length === 0 ? {} : { dips }),
    ...(options.members === undefined
      ? {}
      : { machines: machinesOf(options.members, tally, byGenerator, measured.duration) }),
    ...(places === undefined ? {} : { places }),
    ...(sources === undefined ? {} : { sources }),
    ...(logins === undefined ? {} : { logins }),
    ...(spread === undefined ? {} : { spread }),
    ...(groups === undefined ? {} : { groups }),
    ...(retries === undefined ? {} : { retries }),
    ...(watch === undefined ? {} : { watch }),
    ...(tempo === undefined ? {} : { tempo }),
    ...(background === undefined ? {} : { background }),
  };
  return { ...unjudged, verdict: verdictOf(unjudged) };
}
