import { reasonOf } from "../model/error.ts";
import type { MetricSelector } from "../model/metric-selector.ts";
import type { WatchPlan } from "../model/watch.ts";
import { ASK_CODES, createHttpAsker } from "../wires/http/ask-http.ts";
import { connectOptionsOf } from "../wires/socket/endpoint.ts";
import { isDistrust, tlsReason } from "../wires/socket/failures.ts";
import { boundedText } from "../wires/server-text.ts";
import { readExposition } from "./exposition.ts";
import type { Look, WatchSource } from "./look.ts";

/** A node of a busy ThingsBoard has some hundred KB. */
const MOST_BYTES = 8 * 1_048_576;
/** A look is stopped long before. */
const PATIENCE_MS = 300_000;
const BOUNDS = { bytes: MOST_BYTES, answerMs: PATIENCE_MS, silenceMs: PATIENCE_MS };

/** A Prometheus endpoint of a node or a transport: one service, named by its address. Throws where TLS's files cannot be read. */
export function createPrometheusSource(
  url: string,
  plan: Pick<WatchPlan, "username" | "password" | "bearer" | "tls">,
  selectors: readonly MetricSelector[],
): WatchSource {
  const asked = new URL(url);
  const { origin, host, pathname } = asked;
  const headers = { Accept: "text/plain;version=0.0.4", ...authorizationOf(plan) };
  const asker = createHttpAsker(connectOptionsOf(plan.tls), 1);

  async function ask(stop: AbortSignal): Promise<Look> {
    const { status, headers: said, text, bytes } = await asker.ask({ url: asked, headers }, BOUNDS, stop);
    const cost = { requests: 1, bytes };
    if (status !== 200) return { ...cost, kind: "gap", why: statusInWords(status) };
    const { values, samples, notSamples } = readExposition(text, selectors);
    if (samples === 0) {
      const type = said["content-type"];
      const what = type !== undefined ? ` but ${boundedText(type).slice(0, 100)}` : "";
      return { ...cost, kind: "gap", why: `its answer is no Prometheus text${what}: ${notSamples} lines` };
    }
    if (values.length === 0) return { ...cost, kind: "gap", why: "it has none of the metrics that are watched" };
    return { ...cost, kind: "seen", services: [{ service: host, values }], leftOut: 0 };
  }

  return {
    name: `${origin}${pathname}`,
    look: async (stop) => {
      try {
        return await ask(stop);
      } catch (error) {
        return { kind: "gap", requests: 1, bytes: 0, why: stop.aborted ? "no whole answer in time" : whyNot(error) };
      }
    },
    close: async () => asker.close(),
  };
}

function authorizationOf({
  username,
  password,
  bearer,
}: Pick<WatchPlan, "username" | "password" | "bearer">): Readonly<Record<string, string>> {
  if (bearer !== undefined) return { Authorization: `Bearer ${bearer.reveal()}` };
  if (username === undefined || password === undefined) return {};
  return { Authorization: `Basic ${Buffer.from(`${username}:${password.reveal()}`).toString("base64")}` };
}

function statusInWords(status: number): string {
  const why = `it answers ${status}`;
  if (status === 401 || status === 403) return `${why}: it wants other credentials (watch.username, watch.bearer)`;
  if (status >= 300 && status < 400) return `${why}, a redirect: give the address that it leads to`;
  return why;
}

function whyNot(error: unknown): string {
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: "", message: "" };
  if (code === ASK_CODES.tooLong) return `more than ${MOST_BYTES / 1_048_576} MiB are not read`;
  if (isDistrust(code ?? "")) {
    const reason = boundedText(tlsReason(message || (code ?? "")));
    return `its certificate is not trusted (${reason}): give its authority, or its name, in watch.tls`;
  }
  // Of a name with several addresses nothing is said but this.
  return message === "" && code !== undefined && code !== "" ? code : boundedText(reasonOf(error));
}
