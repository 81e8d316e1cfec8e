import type { PushMetricExporter } from "@opentelemetry/sdk-metrics";
import { EXIT, reasonOf, RollcallError } from "../model/error.ts";
import type { Plan } from "../model/plan.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { ROLLCALL_VERSION } from "../model/version.ts";
import { hostAndPort } from "../model/target.ts";
import { createMetricProducer, type Sdk } from "./metric-producer.ts";
import type { MetricsSetting } from "./metrics-setting.ts";
import { createRunMetrics } from "./run-metrics.ts";

export interface MetricsDeps {
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  /** Where the figures are. */
  readonly announce: (text: string) => void;
}

/** What runs are watched with from outside, one after the other, until it is closed. */
export interface OpenMetrics extends AsyncDisposable {
  /** From now on the figures are those of this run, and count from nothing; those of the run before were sent first. */
  begin(plan: Plan, simulated: boolean): Promise<MeteredRun>;
  /** The last figures are sent; waits no longer than some seconds for a collector that is gone. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface MeteredRun {
  add(snapshot: Snapshot): void;
  lose(generator: number): void;
  /** Whom to tell, from now on, that figures cannot be sent. */
  tellTroubles(to: (text: string) => void): void;
}

const SEND_EVERY_MS = 5_000;
/** A collector that does not answer is given up, and tried again with the next figures. */
const SEND_TIMEOUT_MS = 4_000;
const CLOSE_TIMEOUT_MS = 5_000;

/** Loads OpenTelemetry, and opens what was asked for. Throws RollcallError "metrics-port". */
export async function openMetrics(setting: MetricsSetting, deps: MetricsDeps): Promise<OpenMetrics> {
  const { wall, announce } = deps;
  let note = announce;
  const sdk: Sdk = {
    api: await import("@opentelemetry/api"),
    metrics: await import("@opentelemetry/sdk-metrics"),
    resources: await import("@opentelemetry/resources"),
  };
  const producer = createMetricProducer(sdk, wall);
  const metricProducers = [producer];
  let runs = 0;
  const readers = [
    ...(setting.prometheus === undefined ? [] : [await serve(setting.prometheus)]),
    ...(setting.otlp === undefined ? [] : [await send(setting.otlp)]),
  ];
  const provider = new sdk.metrics.MeterProvider({
    resource: sdk.resources.resourceFromAttributes({ "service.name": "rollcall", "service.version": ROLLCALL_VERSION }),
    readers,
  });
  return {
    async begin(plan, simulated) {
      // A collector that is gone has said so already.
      if (runs > 0) await provider.forceFlush({ timeoutMillis: CLOSE_TIMEOUT_MS }).catch(() => undefined);
      runs += 1;
      const metrics = createRunMetrics(plan, simulated);
      producer.begin(metrics);
      return {
        add: (snapshot) => metrics.add(snapshot),
        lose: (generator) => metrics.lose(generator),
        tellTroubles(to) {
          note = to;
        },
      };
    },
    [Symbol.asyncDispose]: () =>
      provider
        .shutdown({ timeoutMillis: CLOSE_TIMEOUT_MS })
        .catch((error: unknown) => note(`The last metrics were not sent: ${reasonOf(error)}.`)),
  };

  async function serve({ host, port }: { readonly host: string; readonly port: number }) {
    const { PrometheusExporter } = await import("@opentelemetry/exporter-prometheus");
    const exporter = new PrometheusExporter({
      host,
      port,
      metricProducers,
      withoutScopeInfo: true,
      withoutTargetInfo: true,
      preventServerStart: true,
    });
    try {
      await exporter.startServer();
    } catch (error) {
      throw new RollcallError(
        "metrics-port",
        `Metrics cannot be served at ${host}, port ${port}: ${reasonOf(error)}.`,
        "Name another port with --prometheus; nothing was sent.",
        EXIT.usage,
        error,
      );
    }
    announce(`metrics for Prometheus: http://${hostAndPort(host, port)}/metrics`);
    return exporter;
  }

  async function send(url: URL) {
    const { OTLPMetricExporter } = await import("@opentelemetry/exporter-metrics-otlp-proto");
    const exporter = new OTLPMetricExporter({ url: url.href, timeoutMillis: SEND_TIMEOUT_MS });
    announce(`metrics are sent to ${url.origin}, every ${SEND_EVERY_MS / 1_000} s`);
    return new sdk.metrics.PeriodicExportingMetricReader({
      exporter: sayingWhatFails(exporter, url.origin, (text) => note(text)),
      exportIntervalMillis: SEND_EVERY_MS,
      exportTimeoutMillis: SEND_TIMEOUT_MS,
      metricProducers,
    });
  }
}

/** The library keeps failures to itself. Said once, as it will fail again and again. */
function sayingWhatFails(
  exporter: PushMetricExporter,
  where: string,
  note: (text: string) => void,
): PushMetricExporter {
  let said = false;
  return {
    export(metrics, done) {
      exporter.export(metrics, (result) => {
        if (result.error !== undefined && !said) {
          said = true;
          note(`Metrics cannot be sent to ${where}: ${result.error.message}. The run goes on without.`);
        }
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
    selectAggregationTemporality: (instrument) =>
      exporter.selectAggregationTemporality?.(instrument) ?? AGGREGATE_FROM_START,
  };
}

/** AggregationTemporality.CUMULATIVE: totals, which a lost message takes nothing from. */
const AGGREGATE_FROM_START = 1;
