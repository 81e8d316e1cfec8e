import type { HealthSample } from "../model/health.ts";
import type { Clock, Progress, SnapshotSink } from "../model/ports.ts";
import { type Us, us, usFromSeconds } from "../model/units.ts";
import type { HealthProbe } from "./health-probe.ts";
import type { PhaseMeters } from "./phase-meters.ts";
import type { Recorder } from "./recorder.ts";

const SECOND: Us = usFromSeconds(1);
/** A shorter rest of a second at the end says nothing about health; its totals are sent all the same. */
const SHORTEST_WINDOW: Us = us(500_000);

export interface PulseOptions {
  readonly clock: Clock;
  /** Closed when the pulse ends. */
  readonly probe: HealthProbe;
  readonly progress: Progress;
  readonly recorder: Recorder;
  /** Index of this generator. */
  readonly generator: number;
  readonly send: SnapshotSink;
  /** Absent: no metrics are asked for. */
  readonly meters?: Pick<PhaseMeters, "read"> | undefined;
}

/**
 * Once a second, on the second: one HealthSample into the recorder, one Snapshot to `send`. When `stop` is aborted a
 * last snapshot, with the final totals, is sent and the promise resolves; so stop it before `recorder.finish`.
 */
export async function startPulse(options: PulseOptions, stop: AbortSignal): Promise<void> {
  const { clock, probe, progress, recorder, generator, send, meters } = options;
  let last = { at: clock.now(), planned: progress.planned, started: progress.started };

  function beat(): void {
    const at = clock.now();
    const { stage, planned, started, inFlight, held, waiting } = progress;
    const { localErrors, byPhase, ...told } = recorder.takeInterval();
    let health: HealthSample | undefined;
    if (at - last.at >= SHORTEST_WINDOW) {
      health = {
        at,
        phase: stage.kind === "load" ? stage.phase : -1,
        ...probe.take(),
        latenessP99: progress.takeLateness(),
        started: started - last.started,
        planned: planned - last.planned,
        inFlight,
        held,
        localErrors,
      };
      recorder.add({ kind: "health", sample: health });
      last = { at, planned, started };
    }
    const counts = { generator, at, stage, planned, started, inFlight, ...told, held, health };
    send({
      ...counts,
      ...(waiting === 0 ? {} : { waiting }),
      ...(byPhase === undefined ? {} : { byPhase }),
      ...(meters === undefined ? {} : { meters: meters.read() }),
    });
  }

  try {
    while (!stop.aborted) {
      await clock.sleepUntil(nextSecond(clock.now()), stop);
      beat();
    }
  } finally {
    probe.close();
  }
}

/** Whole seconds of run time, so that windows of all generators are the same; works before the start (negative) too. */
function nextSecond(now: Us): Us {
  return us((Math.floor(now / SECOND) + 1) * SECOND);
}
