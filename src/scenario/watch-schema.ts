import { z } from "zod";
import { parseMetricSelector } from "../model/metric-selector.ts";
import { flag, positiveDuration, word } from "./fields.ts";
import { secret, tls } from "./target-schema.ts";

/**
 * What of a node's or a transport's Prometheus endpoint is kept where a scenario names nothing: Micrometer's names of processor,
 * heap, collector and database pool, and ThingsBoard's own counters of messages, as DefaultStatsFactory of 4.3.1.3 makes them.
 */
const USUAL_METRICS: readonly string[] = [
  "process_cpu_usage",
  "system_cpu_usage",
  'jvm_memory_used_bytes{area="heap"}',
  "jvm_gc_pause_seconds_sum",
  "hikaricp_connections_active",
  "hikaricp_connections_pending",
  'transport_total{statsName="totalMsgs"}',
  'transport_total{statsName="failedMsgs"}',
  'transport_producer_total{statsName="totalMsgs"}',
  'core_total{statsName="totalMsgs"}',
];

const MOST_ENDPOINTS = 50;
const MOST_METRICS = 50;

const endpoint = word.regex(/^https?:\/\/[^\s@/\p{Cc}][^\s@\p{Cc}]*$|\$\{/u, {
  error: "write a URL without user and password: http://node1:8080/actuator/prometheus",
});

const metric = word.refine((text) => parseMetricSelector(text) !== undefined || text.includes("${"), {
  error: 'write a metric\'s name, with labels or without: jvm_memory_used_bytes{area="heap"}',
});

export const watch = z
  .strictObject({
    every: positiveDuration.prefault("5s").describe("From one look to the next, at least 1s"),
    systemInfo: flag
      .prefault(false)
      .describe(
        "ThingsBoard's own account of its services (/api/admin/systemInfo), which a system administrator alone is told",
      ),
    systemUser: word.optional().describe("System administrator; the password is in ROLLCALL_SYSTEM_PASSWORD"),
    prometheus: z
      .union([endpoint, z.array(endpoint).max(MOST_ENDPOINTS, { error: `name at most ${MOST_ENDPOINTS} endpoints` })], {
        error: "write a URL without user and password: http://node1:8080/actuator/prometheus, or a list of them",
      })
      .optional()
      .describe("Prometheus endpoints of nodes and transports: http://node1:8080/actuator/prometheus"),
    username: word.optional().describe("Basic authentication at the Prometheus endpoints"),
    password: secret.optional().describe("${NAME} for an environment variable, or { file: path }"),
    bearer: secret.optional().describe("Bearer token for the Prometheus endpoints, instead of user and password"),
    tls: tls.prefault(false),
    metrics: z
      .array(metric)
      .min(1, { error: "name at least one metric" })
      .max(MOST_METRICS, { error: `name at most ${MOST_METRICS} metrics` })
      .default([...USUAL_METRICS])
      .describe("What of a Prometheus endpoint is kept: names with labels, whose series are added up"),
  })
  .describe("What the server is asked about itself while the run lasts");

export type WatchInput = z.output<typeof watch>;
