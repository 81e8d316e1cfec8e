import type { Argv } from "yargs";

/** For commands that make a run: metrics for others while it lasts. */
export function metricsOptions<T>(command: Argv<T>) {
  return command
    .option("prometheus", {
      type: "string",
      requiresArg: true,
      describe: "serve metrics to Prometheus while it runs, at [host:]port; without a host on loopback alone",
    })
    .option("otlp", {
      type: "string",
      requiresArg: true,
      describe: "send metrics to an OpenTelemetry collector while it runs (OTLP over HTTP), e.g. http://127.0.0.1:4318",
    });
}
