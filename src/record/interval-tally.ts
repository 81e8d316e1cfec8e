import type { BackgroundProgress } from "../model/background.ts";
import type { Entry } from "../model/entry.ts";
import {
  deviceVerdict,
  type FailureKind,
  LOCAL_KINDS,
  type Outcome,
  type OutcomeState,
  type RejectionStatus,
  type VerdictCounts,
} from "../model/outcome.ts";
import type { PhaseSnapshot, RetryCounts, StageTimes } from "../model/snapshot.ts";
import { us } from "../model/units.ts";
import { createHistogram, encodeHistogram, recordValue, resetHistogram } from "./histograms.ts";
import type { PhaseTally } from "./phase-tally.ts";
import { addStages, createStageSums } from "./stage-sums.ts";

/** What a generator can say of itself without reading its journal: totals, and what is new since the call before. */
export interface Interval {
  /** Totals since the start. */
  readonly outcomes: Readonly<Record<OutcomeState, number>>;
  readonly failures: Readonly<Partial<Record<FailureKind, number>>>;
  readonly rejections: Readonly<Partial<Record<RejectionStatus, number>>>;
  readonly verdicts: VerdictCounts;
  /** Absent: no device has tried again, or is to. */
  readonly retries?: RetryCounts;
  /** Round trips of provisioned devices since the call before, as HDR V2 base64; undefined: none. */
  readonly roundTrips: string | undefined;
  /** Totals since the start. */
  readonly stages: StageTimes;
  /** Failures that blame this machine, since the call before. */
  readonly localErrors: number;
  /** Absent: nothing of a background was told. */
  readonly background?: BackgroundProgress;
  /** Absent: nobody asked for it. */
  readonly byPhase?: readonly PhaseSnapshot[];
}

export interface IntervalTally {
  add(entry: Entry): void;
  take(): Interval;
}

const NOBODY_BEHIND: BackgroundProgress = { connected: 0, lost: 0, acknowledged: 0, timedOut: 0 };

/** `phases`: where each phase is to be told by itself. */
export function createIntervalTally(phases?: PhaseTally): IntervalTally {
  const outcomes: Record<OutcomeState, number> = { provisioned: 0, rejected: 0, failed: 0, aborted: 0, dropped: 0 };
  const verdicts: { -readonly [State in keyof VerdictCounts]: VerdictCounts[State] } = {
    connected: 0,
    refused: 0,
    unreachable: 0,
  };
  const failures: Partial<Record<FailureKind, number>> = {};
  const rejections: Partial<Record<RejectionStatus, number>> = {};
  const roundTrips = createHistogram();
  const stages = createStageSums();
  let localErrors = 0;
  let retries: RetryCounts | undefined;

  /** One that was cut short was never made. */
  function countRetry({ attempt, result }: Outcome): void {
    if (attempt === undefined || attempt.number === 1 || attempt.cut !== undefined) return;
    const { ended = 0, recovered = 0 } = retries ?? {};
    retries = { ended: ended + 1, recovered: recovered + (result.state === "provisioned" ? 1 : 0) };
  }

  let background: BackgroundProgress | undefined;

  function addToBackground(more: Partial<BackgroundProgress>): void {
    const { connected, lost, acknowledged, timedOut } = background ?? NOBODY_BEHIND;
    background = {
      connected: connected + (more.connected ?? 0),
      lost: lost + (more.lost ?? 0),
      acknowledged: acknowledged + (more.acknowledged ?? 0),
      timedOut: timedOut + (more.timedOut ?? 0),
    };
  }

  return {
    add(entry) {
      phases?.add(entry);
      if (entry.kind === "attempt") {
        retries ??= { ended: 0, recovered: 0 };
        countRetry(entry.outcome);
      } else if (entry.kind === "outcome") {
        const { result, marks } = entry.outcome;
        countRetry(entry.outcome);
        outcomes[result.state] += 1;
        if (result.state === "failed") failures[result.kind] = (failures[result.kind] ?? 0) + 1;
        if (result.state === "rejected") rejections[result.status] = (rejections[result.status] ?? 0) + 1;
        if (result.state === "failed" && LOCAL_KINDS.includes(result.kind)) localErrors += 1;
        if (result.state === "provisioned" && marks.sent !== undefined && marks.answered !== undefined) {
          recordValue(roundTrips, us(marks.answered - marks.sent));
          addStages(stages, entry.outcome);
        }
      } else if (entry.kind === "roll-call") {
        const { verdict } = entry.entry;
        const device = deviceVerdict(entry.entry);
        if (device !== undefined && device.state !== "uncalled")
          verdicts[device.state] = (verdicts[device.state] ?? 0) + 1;
        const failed = verdict.state === "unreachable" || verdict.state === "mute";
        if (failed && LOCAL_KINDS.includes(verdict.kind)) localErrors += 1;
      } else if (entry.kind === "background-login") {
        const { verdict } = entry.entry;
        addToBackground({ connected: verdict.state === "connected" ? 1 : 0 });
        if (verdict.state === "unreachable" && LOCAL_KINDS.includes(verdict.kind)) localErrors += 1;
      } else if (entry.kind === "background-loss") {
        addToBackground({ connected: -1, lost: 1 });
      } else if (entry.kind === "messages") {
        const { acknowledged, timedOut } = entry.tally;
        addToBackground({ acknowledged: acknowledged.roundTrips.length, timedOut: timedOut.roundTrips.length });
      }
    },
    take() {
      const taken: Interval = {
        outcomes: { ...outcomes },
        failures: { ...failures },
        rejections: { ...rejections },
        verdicts: { ...verdicts },
        ...(retries === undefined ? {} : { retries }),
        roundTrips: roundTrips.count === 0 ? undefined : encodeHistogram(roundTrips),
        stages: { devices: stages.devices, sums: { ...stages.sums } },
        localErrors,
        ...(background === undefined ? {} : { background }),
        ...(phases === undefined ? {} : { byPhase: phases.take() }),
      };
      if (roundTrips.count > 0) resetHistogram(roundTrips);
      localErrors = 0;
      return taken;
    },
  };
}
