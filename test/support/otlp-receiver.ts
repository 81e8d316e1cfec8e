import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import protobuf from "protobufjs";

/** As much of OTLP's messages as is looked at. */
const PROTO = `syntax = "proto3";
message Request { repeated ResourceMetrics resource_metrics = 1; }
message ResourceMetrics { repeated ScopeMetrics scope_metrics = 2; }
message ScopeMetrics { repeated Metric metrics = 2; }
message Metric { string name = 1; string unit = 3; Gauge gauge = 5; Sum sum = 7; Histogram histogram = 9; }
message Gauge { repeated Number data_points = 1; }
message Sum { repeated Number data_points = 1; int32 aggregation_temporality = 2; bool is_monotonic = 3; }
message Histogram { repeated Bucketed data_points = 1; }
message Number { double as_double = 4; repeated KeyValue attributes = 7; }
message Bucketed { fixed64 count = 4; double sum = 5; repeated fixed64 bucket_counts = 6; repeated double explicit_bounds = 7; }
message KeyValue { string key = 1; Value value = 2; }
message Value { string string_value = 1; }`;

interface Point {
  readonly asDouble?: number;
  readonly attributes?: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

export interface ReceivedMetric {
  readonly name: string;
  readonly unit?: string;
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly sum?: { readonly dataPoints: readonly Point[] };
}

interface Received {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly { readonly metrics?: readonly ReceivedMetric[] }[];
  }[];
}

/** A collector that keeps what it is sent. */
export interface OtlpReceiver extends AsyncDisposable {
  readonly url: string;
  /** Of each message, in order, its metrics by name. */
  messages(): readonly ReadonlyMap<string, ReceivedMetric>[];
}

export async function receiveOtlp(): Promise<OtlpReceiver> {
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      bodies.push(Buffer.concat(chunks));
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const type = protobuf.parse(PROTO).root.lookupType("Request");
  return {
    url: `http://127.0.0.1:${port}/v1/metrics`,
    messages: () =>
      bodies.map((body) => {
        const { resourceMetrics } = type.toObject(type.decode(body), { longs: Number, arrays: true }) as Received;
        const all = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics = [] }) => metrics));
        return new Map(all.map((metric) => [metric.name, metric]));
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The run that a message is of. */
export function runIdOf(message: ReadonlyMap<string, ReceivedMetric>): string | undefined {
  const attributes = message.get("rollcall_run_info")?.gauge?.dataPoints[0]?.attributes ?? [];
  return attributes.find(({ key }) => key === "run_id")?.value.stringValue;
}

/** Of all generators and phases. */
export function totalOf(message: ReadonlyMap<string, ReceivedMetric> | undefined, name: string): number {
  const points = message?.get(name)?.sum?.dataPoints ?? [];
  return points.reduce((sum, { asDouble = 0 }) => sum + asDouble, 0);
}
