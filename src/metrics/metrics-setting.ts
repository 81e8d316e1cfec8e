import { EXIT, RollcallError } from "../model/error.ts";

/** Where metrics go while a run lasts. */
export interface MetricsSetting {
  /** Undefined: no scraping. */
  readonly prometheus: { readonly host: string; readonly port: number } | undefined;
  /** Undefined: nothing is sent. */
  readonly otlp: URL | undefined;
}

/** As they are typed. */
export interface TypedMetrics {
  readonly prometheus?: string | undefined;
  readonly otlp?: string | undefined;
}

const LOOPBACK = "127.0.0.1";
/** Of OTLP over HTTP, where a collector is named without a path. */
const METRICS_PATH = "/v1/metrics";

/** Undefined: none were asked for. Throws RollcallError "usage". */
export function readMetricsSetting({ prometheus, otlp }: TypedMetrics): MetricsSetting | undefined {
  if (prometheus === undefined && otlp === undefined) return undefined;
  return {
    prometheus: prometheus === undefined ? undefined : readAddress(prometheus),
    otlp: otlp === undefined ? undefined : readUrl(otlp),
  };
}

/** "9464", "0.0.0.0:9464", "[::1]:9464". */
function readAddress(text: string): { readonly host: string; readonly port: number } {
  const found = /^(?:(\[[\da-f:.]+\]|[^\s:[\]/]+):)?(\d{1,5})$/i.exec(text);
  const hint = "Give a port, as 9464, for this machine alone, or an address of this machine as well, as 0.0.0.0:9464.";
  if (found === null) throw usage(`--prometheus ${text}: that is no port, and no host and port.`, hint);
  const port = Number(found[2]);
  if (port < 1 || port > 65_535) throw usage(`--prometheus ${text}: ${port} is no port from 1 to 65535.`, hint);
  return { host: (found[1] ?? LOOPBACK).replaceAll(/^\[|\]$/g, ""), port };
}

/** What was typed is not repeated: it may have a password in it. */
function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw usage(
      "--otlp: that is no http or https address.",
      "Give that of an OpenTelemetry collector, as http://127.0.0.1:4318. Headers go into OTEL_EXPORTER_OTLP_HEADERS.",
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw usage(
      "--otlp: the address has a password in it.",
      "Put it into OTEL_EXPORTER_OTLP_HEADERS, as authorization=Basic ….",
    );
  }
  if (url.pathname === "/") url.pathname = METRICS_PATH;
  return url;
}

const usage = (message: string, hint: string): RollcallError => new RollcallError("usage", message, hint, EXIT.usage);
