import { secondsFromUs, type Us, us, usFromMs } from "../model/units.ts";
import type {
  MetricReading,
  ServiceReading,
  WatchCourse,
  WatchedMetric,
  WatchedSource,
  WatchedUnit,
  WatchRecord,
  WatchSummary,
} from "../model/watch.ts";

/** A cluster that is larger is told in part: nobody but its server decides how many services it names. */
const MOST_SERVICES = 50;
const MOST_LINES = 60;
/** As many as the summary's other windows. */
const MOST_WINDOWS = 240;
/** A counter's rate is the mean since the look before; over a longer gap than this it would stand where it was not. */
const LONGEST_STEP = 2.5;

interface Sampled {
  readonly metric: string;
  unit: WatchedUnit;
  readonly samples: { readonly at: Us; readonly value: number }[];
  before: { readonly at: Us; readonly value: number } | undefined;
}

interface Service {
  readonly source: string;
  meta: ServiceReading;
  readonly metrics: Map<string, Sampled>;
}

interface Source {
  gaps: number;
  firstGap: WatchedSource["firstGap"];
  requests: number;
  bytes: number;
  readonly tooks: Us[];
}

/**
 * What a run's server said of itself, on the time axis of the run, which began at `startedAt` (ISO 8601). What was seen before is
 * no figure of the run. Undefined: nobody looked.
 */
export function watchOf(
  records: readonly WatchRecord[] | undefined,
  run: { readonly startedAt: string; readonly duration: Us },
): WatchSummary | undefined {
  if (records === undefined) return undefined;
  const zero = Date.parse(run.startedAt);
  const sources = new Map<string, Source>();
  const services = new Map<string, Service>();
  const leftOut = new Set<string>();
  let more = 0;
  let every = us(0);
  const sourceOf = (name: string): Source => {
    const known = sources.get(name) ?? { gaps: 0, firstGap: null, requests: 0, bytes: 0, tooks: [] };
    sources.set(name, known);
    return known;
  };
  for (const record of records) {
    const at = usFromMs(Date.parse(record.at) - zero);
    if (record.kind === "begin") {
      every = record.every;
      record.sources.forEach(sourceOf);
      continue;
    }
    const source = sourceOf(record.source);
    source.requests += record.requests;
    source.bytes += record.bytes;
    if (record.kind === "cut") continue;
    if (record.kind === "gap") {
      source.gaps += 1;
      source.firstGap ??= { at, why: record.why };
      continue;
    }
    source.tooks.push(record.took);
    more = Math.max(more, record.leftOut);
    for (const reading of record.services) {
      const key = JSON.stringify([record.source, reading.service]);
      const known = services.get(key);
      if (known === undefined && services.size >= MOST_SERVICES) {
        if (leftOut.size < 10_000) leftOut.add(key);
        continue;
      }
      const service = known ?? { source: record.source, meta: reading, metrics: new Map<string, Sampled>() };
      services.set(key, service);
      service.meta = reading;
      for (const each of reading.values) addReading(service.metrics, each, at, every);
    }
  }
  return {
    every,
    sources: [...sources].map(([name, source]) => sourceSummary(name, source)),
    services: [...services.values()].map(({ source, meta, metrics }) => ({
      service: meta.service,
      source,
      type: meta.type ?? null,
      processors: meta.processors ?? null,
      memoryBytes: meta.memoryBytes ?? null,
      diskBytes: meta.diskBytes ?? null,
      metrics: [...metrics.values()].flatMap(metricSummary),
    })),
    servicesLeftOut: leftOut.size + more,
    course: courseOf([...services.values()], run.duration, every),
  };
}

function addReading(metrics: Map<string, Sampled>, { metric, value, counter }: MetricReading, at: Us, every: Us): void {
  const unit = unitOf(metric, counter === true);
  const sampled: Sampled = metrics.get(metric) ?? { metric, unit, samples: [], before: undefined };
  metrics.set(metric, sampled);
  const { before } = sampled;
  sampled.unit = unit;
  sampled.before = { at, value };
  if (at < 0) return;
  if (counter !== true) {
    // Micrometer says -1 of a share that it cannot tell.
    if (unit !== "share" || value >= 0) sampled.samples.push({ at, value });
    return;
  }
  // One that is smaller than before was started anew.
  if (before === undefined || value < before.value || at <= before.at) return;
  if (at - before.at > every * LONGEST_STEP) return;
  sampled.samples.push({ at, value: (value - before.value) / secondsFromUs(us(at - before.at)) });
}

function unitOf(metric: string, counter: boolean): WatchedUnit {
  const name = metric.replace(/\{.*/s, "");
  if (counter) return /_seconds(?:_sum|_total)$/.test(name) ? "busy" : "per-second";
  if (["cpu", "memory", "disk"].includes(name) || /_(?:usage|ratio)$/.test(name)) return "share";
  return name.endsWith("_bytes") ? "bytes" : "number";
}

function sourceSummary(source: string, { gaps, firstGap, requests, bytes, tooks }: Source): WatchedSource {
  return { source, looks: gaps + tooks.length, gaps, firstGap, requests, bytes, took: middleAndMost(tooks) };
}

function metricSummary({ metric, unit, samples }: Sampled): readonly WatchedMetric[] {
  const known = middleAndMost(samples.map(({ value }) => value));
  if (known === null) return [];
  return [{ metric, unit, samples: samples.length, median: tidy(known.median), most: tidy(known.most) }];
}

/** Null: there are none. */
function middleAndMost<T extends number>(values: readonly T[]): { readonly median: T; readonly most: T } | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [median, most] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return median === undefined || most === undefined ? null : { median, most };
}

/** The processors and the memory of all before all else. */
const FIRST = /^(?:cpu$|memory$|process_cpu_usage|system_cpu_usage|jvm_memory_used_bytes)/;

function courseOf(services: readonly Service[], duration: Us, every: Us): WatchCourse {
  const seconds = secondsFromUs(duration);
  const step = Math.max(1, Math.ceil(secondsFromUs(every)), Math.ceil(seconds / MOST_WINDOWS));
  const windows = Math.max(1, Math.ceil(seconds / step));
  const all = services.flatMap(({ meta, metrics }) =>
    [...metrics.values()]
      .filter(({ samples }) => samples.length > 0)
      .map((sampled) => ({ service: meta.service, sampled })),
  );
  const ordered = [
    ...all.filter(({ sampled }) => FIRST.test(sampled.metric)),
    ...all.filter(({ sampled }) => !FIRST.test(sampled.metric)),
  ];
  const lines = ordered.slice(0, MOST_LINES).map(({ service, sampled: { metric, unit, samples } }) => {
    const sums = Array.from({ length: windows }, () => ({ sum: 0, count: 0 }));
    for (const { at, value } of samples) {
      const window = sums[Math.floor(secondsFromUs(at) / step)];
      // The last look may come when the run is over.
      if (window === undefined) continue;
      window.sum += value;
      window.count += 1;
    }
    const values = sums.map(({ sum, count }) => (count === 0 ? null : tidy(sum / count)));
    return { service, metric, unit, values };
  });
  return { step, windows, lines };
}

/** Four digits: more is not known, and would make the summary longer. */
const tidy = (value: number): number => Number(value.toPrecision(4));
