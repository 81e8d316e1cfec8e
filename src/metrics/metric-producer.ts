import type * as Api from "@opentelemetry/api";
import type { HrTime } from "@opentelemetry/api";
import type * as Resources from "@opentelemetry/resources";
import type * as SdkMetrics from "@opentelemetry/sdk-metrics";
import type { CollectionResult, MetricData, MetricProducer } from "@opentelemetry/sdk-metrics";
import { BOUNDS, countOf, type Metric, type RunMetrics } from "./run-metrics.ts";

/** OpenTelemetry's modules, which are loaded only where metrics are asked for. */
export interface Sdk {
  readonly api: typeof Api;
  readonly metrics: typeof SdkMetrics;
  readonly resources: typeof Resources;
}

/** Of one run after the other. */
export interface RunMetricProducer extends MetricProducer {
  begin(metrics: RunMetrics): void;
}

/**
 * Gives OpenTelemetry's readers what a run has counted itself: totals, so that a scrape has what the ledger will have, whatever
 * came between. `now` in milliseconds since 1970.
 */
export function createMetricProducer(sdk: Sdk, now: () => number): RunMetricProducer {
  let startTime = hrTimeOf(now());
  let metrics: RunMetrics | undefined;
  return {
    begin(next) {
      // Totals begin anew, which a reader sees by their start.
      startTime = hrTimeOf(now());
      metrics = next;
    },
    async collect(): Promise<CollectionResult> {
      const endTime = hrTimeOf(now());
      return {
        resourceMetrics: {
          // That of the meter provider is used in its place.
          resource: sdk.resources.emptyResource(),
          scopeMetrics: [
            {
              scope: { name: "rollcall" },
              metrics: (metrics?.read() ?? []).map((metric) => metricData(sdk, metric, startTime, endTime)),
            },
          ],
        },
        errors: [],
      };
    },
  };
}

function metricData(
  { api: { ValueType }, metrics: { DataPointType, AggregationTemporality } }: Sdk,
  { name, help, unit, data }: Metric,
  startTime: HrTime,
  endTime: HrTime,
): MetricData {
  const base = {
    descriptor: { name, description: help, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  switch (data.kind) {
    case "counter":
    case "gauge": {
      const dataPoints = data.points.map(({ labels, value }) => ({ startTime, endTime, attributes: labels, value }));
      return data.kind === "counter"
        ? { ...base, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
        : { ...base, dataPointType: DataPointType.GAUGE, dataPoints };
    }
    case "histogram":
      return {
        ...base,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: data.points.map(({ labels, time }) => ({
          startTime,
          endTime,
          attributes: labels,
          value: {
            buckets: { boundaries: [...BOUNDS], counts: [...time.counts] },
            sum: time.sum,
            count: countOf(time),
          },
        })),
      };
  }
}

function hrTimeOf(ms: number): HrTime {
  const seconds = Math.floor(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
}
