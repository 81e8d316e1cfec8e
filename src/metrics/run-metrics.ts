import { METER_BOUNDS, type PhaseMeter, type TimeMeter } from "../model/device-meters.ts";
import type { Plan } from "../model/plan.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { urlsOfPlan } from "../model/target.ts";
import { secondsFromUs } from "../model/units.ts";
import { ROLLCALL_VERSION } from "../model/version.ts";
import { labelOf, labelsOf } from "./label.ts";

/** A metric with its points, as yet without a library. Names follow the conventions of Prometheus and OpenTelemetry. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  /** UCUM, as OpenTelemetry has it: "s", "By", "1". */
  readonly unit: string;
  readonly data:
    | { readonly kind: "counter" | "gauge"; readonly points: readonly Point[] }
    | { readonly kind: "histogram"; readonly points: readonly HistogramPoint[] };
}

type Labels = Readonly<Record<string, string>>;

export interface Point {
  readonly labels: Labels;
  readonly value: number;
}

export interface HistogramPoint {
  readonly labels: Labels;
  /** In the buckets of METER_BOUNDS. */
  readonly time: TimeMeter;
}

/** What a run shows to those who collect metrics while it goes on. */
export interface RunMetrics {
  add(snapshot: Snapshot): void;
  /** That generator is gone: it has counted what it has, and is doing nothing any more. */
  lose(generator: number): void;
  read(): readonly Metric[];
}

export function createRunMetrics(plan: Plan, simulated: boolean): RunMetrics {
  const latest = new Map<number, Snapshot>();
  const lost = new Set<number>();
  const scenario = labelOf(plan.name);
  const phases = labelsOf(plan.phases.map(({ name }) => name));

  return {
    add: (snapshot) => void latest.set(snapshot.generator, snapshot),
    lose: (generator) => void lost.add(generator),
    read(): readonly Metric[] {
      const all = [...latest.values()].toSorted((a, b) => a.generator - b.generator);
      const living = all.filter(({ generator }) => !lost.has(generator));
      const own = ({ generator }: Snapshot): Labels => ({ scenario, generator: String(generator) });
      const inPhase = (snapshot: Snapshot, { phase }: PhaseMeter): Labels => ({
        ...own(snapshot),
        phase: phases[phase] ?? String(phase),
      });
      const each = (value: (snapshot: Snapshot) => number | undefined, of = all): readonly Point[] =>
        of.flatMap((snapshot) => {
          const found = value(snapshot);
          return found === undefined ? [] : [{ labels: own(snapshot), value: found }];
        });
      const times = (of: (meter: PhaseMeter) => TimeMeter): readonly HistogramPoint[] =>
        all.flatMap((snapshot) =>
          (snapshot.meters ?? [])
            .filter((meter) => of(meter).counts.some((count) => count > 0))
            .map((meter) => ({ labels: inPhase(snapshot, meter), time: of(meter) })),
        );
      const metrics: readonly Metric[] = [
        gauge("rollcall_run_info", "Which run this is; its value is always 1.", "", [
          {
            labels: {
              run_id: plan.runId,
              scenario,
              target: labelOf(urlsOfPlan(plan)),
              simulated: String(simulated),
              version: ROLLCALL_VERSION,
            },
            value: 1,
          },
        ]),
        gauge("rollcall_stage_info", "What each generator is doing; its value is always 1.", "", stagePoints()),
        counter(
          "rollcall_devices_planned_total",
          "Arrivals whose intended time has passed.",
          "{device}",
          each((s) => s.planned),
        ),
        counter(
          "rollcall_devices_started_total",
          "Devices that were started.",
          "{device}",
          each((s) => s.started),
        ),
        counter(
          "rollcall_devices_ended_total",
          "Devices by what came of them: outcome, and the kind of a failure, status of a rejection or reason of a drop.",
          "{device}",
          all.flatMap((snapshot) =>
            (snapshot.meters ?? []).flatMap((meter) =>
              meter.outcomes.map(({ state, kind, count }) => ({
                labels: { ...inPhase(snapshot, meter), outcome: state, kind },
                value: count,
              })),
            ),
          ),
        ),
        ...(plan.fleet.retry === undefined ? [] : retryMetrics()),
        counter(
          "rollcall_logins_total",
          "Logins of the roll call, by what came of them.",
          "{login}",
          all.flatMap((snapshot) =>
            (["connected", "mute", "refused", "unreachable"] as const)
              .filter((verdict) => verdict !== "mute" || plan.rollCall.proof !== undefined)
              .map((verdict) => ({
                labels: { ...own(snapshot), verdict },
                value: snapshot.verdicts[verdict] ?? 0,
              })),
          ),
        ),
        gauge(
          "rollcall_devices_in_flight",
          "Devices that were started and have not ended.",
          "{device}",
          each((s) => s.inFlight, living),
        ),
        gauge(
          "rollcall_sessions_held",
          "Sessions that are kept open after their login.",
          "{session}",
          each((s) => s.held, living),
        ),
        {
          name: "rollcall_round_trip_seconds",
          help: "Of provisioned devices: request sent to answer read.",
          unit: "s",
          data: { kind: "histogram", points: times(({ roundTrip }) => roundTrip) },
        },
        {
          name: "rollcall_response_time_seconds",
          help: "Of provisioned devices under open load: due by the schedule to answer read, a late start included.",
          unit: "s",
          data: { kind: "histogram", points: times(({ responseTime }) => responseTime) },
        },
        gauge(
          "rollcall_generator_event_loop_utilization_ratio",
          "Share of the last second in which a generator's event loop was busy; above 0.8 its figures are doubtful.",
          "1",
          each(({ health }) => health?.eventLoopUtilisation),
        ),
        gauge(
          "rollcall_generator_event_loop_delay_p99_seconds",
          "Delay of a generator's event loop in the last second.",
          "s",
          each(({ health }) => (health === undefined ? undefined : secondsFromUs(health.eventLoopDelayP99))),
        ),
        gauge(
          "rollcall_generator_lateness_p99_seconds",
          "Starts after their intended time, in the last second.",
          "s",
          each(({ health }) => (health === undefined ? undefined : secondsFromUs(health.latenessP99))),
        ),
        gauge(
          "rollcall_generator_cpu_ratio",
          "CPU time over wall time of the last second; 1 is one core.",
          "1",
          each(({ health }) => health?.cpuShare),
        ),
        gauge(
          "rollcall_generator_resident_memory_bytes",
          "Memory of a generator's process.",
          "By",
          each(({ health }) => health?.residentBytes),
        ),
      ];
      return metrics.filter(({ data }) => data.points.length > 0);

      function retryMetrics(): readonly Metric[] {
        return [
          counter(
            "rollcall_device_retries_total",
            "Attempts after a device's first that have ended.",
            "{attempt}",
            each(({ retries }) => retries?.ended ?? 0),
          ),
          counter(
            "rollcall_devices_recovered_total",
            "Devices that were provisioned by an attempt after their first.",
            "{device}",
            each(({ retries }) => retries?.recovered ?? 0),
          ),
          gauge(
            "rollcall_devices_to_try_again",
            "Devices that wait for their next attempt.",
            "{device}",
            each(({ waiting = 0 }) => waiting),
          ),
        ];
      }

      function stagePoints(): readonly Point[] {
        return living.map((snapshot) => {
          const { stage } = snapshot;
          const phase = stage.kind === "load" ? (phases[stage.phase] ?? "") : "";
          return { labels: { ...own(snapshot), stage: stage.kind, phase }, value: 1 };
        });
      }
    },
  };
}

/** How many are in a histogram. */
export const countOf = ({ counts }: TimeMeter): number => counts.reduce((sum, count) => sum + count, 0);

export const BOUNDS: readonly number[] = METER_BOUNDS;

function gauge(name: string, help: string, unit: string, points: readonly Point[]): Metric {
  return { name, help, unit, data: { kind: "gauge", points } };
}

function counter(name: string, help: string, unit: string, points: readonly Point[]): Metric {
  return { name, help, unit, data: { kind: "counter", points } };
}
