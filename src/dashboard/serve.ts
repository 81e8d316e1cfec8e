import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, reasonOf, RollcallError } from "../model/error.ts";
import { hostAndPort } from "../model/target.ts";
import { STYLE } from "../writing/html-style.ts";
import { type Gate, refusalOf } from "./gate.ts";

/** What a page or a part of it is answered with. */
export interface Answer {
  readonly status?: number;
  readonly type: "html" | "script" | "text";
  readonly body: string | Buffer;
}

export interface Route {
  readonly method: "GET" | "POST";
  /** It shows nothing of a run. */
  readonly isAsset?: boolean;
  /** Undefined: it answers by itself, for as long as it likes. */
  readonly answer: (query: URLSearchParams, response: ServerResponse) => Promise<Answer | undefined>;
}

export interface ServeOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly token: string;
  /** By path. */
  readonly routes: Readonly<Record<string, Route>>;
  /** Style sheets that its pages have beside that of every page. */
  readonly styles?: readonly string[];
  /** Something went wrong that is a bug. */
  readonly onError: (error: unknown) => void;
}

export interface PageServer extends AsyncDisposable {
  /** With the token. */
  readonly link: string;
}

/** What is on its way to a reader at the end has so long to arrive; one that is stuck is not waited for. */
const FAREWELL_MS = 500;
/** Browsers open some connections each; whoever opens thousands gets none. */
const MOST_CONNECTIONS = 64;
const TIMEOUT_MS = 10_000;
const TYPES = { html: "text/html", script: "text/javascript", text: "text/plain" } as const;

/** Serves pages until disposed of. Throws RollcallError "dashboard". */
export async function servePages(options: ServeOptions): Promise<PageServer> {
  const { host, token, routes } = options;
  const policy = policyOf([STYLE, ...(options.styles ?? [])]);
  let gate: Gate = { token, host, port: options.port };
  const server = createServer({ maxHeaderSize: 8_192, requestTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS });
  server.maxConnections = MOST_CONNECTIONS;
  /** Until each has been handed on whole: node takes a response for over as soon as its end is written, and cuts it off. */
  const underWay = new Set<Promise<void>>();
  server.on("request", (request, response) => {
    const over = new Promise<void>((resolve) => response.once("close", resolve));
    underWay.add(over);
    void over.then(() => underWay.delete(over));
    // Whatever is sent with it is not read.
    request.resume();
    response.on("error", () => undefined);
    answer(request, response).catch((error: unknown) => {
      options.onError(error);
      response.destroy();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(headers(policy))) response.setHeader(name, value);
    const url = urlOf(request.url ?? "");
    const route = url === undefined ? undefined : routes[url.pathname];
    const given = (name: string): string | undefined => [request.headers[name]].flat()[0];
    const method = request.method === "HEAD" ? "GET" : (request.method ?? "");
    const refusal = refusalOf(
      {
        method,
        host: given("host"),
        origin: given("origin"),
        site: given("sec-fetch-site"),
        token:
          given("x-rollcall-token") ?? (method === "GET" ? (url?.searchParams.get("token") ?? undefined) : undefined),
        isAsset: route?.isAsset === true,
      },
      gate,
    );
    if (refusal !== undefined) return send(response, { status: refusal[0], type: "text", body: `${refusal[1]}\n` });
    if (url === undefined || route?.method !== method) {
      return send(response, { status: 404, type: "text", body: "There is no such page.\n" });
    }
    const answered = await route.answer(url.searchParams, response);
    if (answered !== undefined) send(response, answered);
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(notOpened(options, error)));
    server.listen(options.port, host, resolve);
  });
  server.on("error", options.onError);
  const { port } = server.address() as AddressInfo;
  gate = { token, host, port };
  const shown = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return {
    link: `http://${hostAndPort(shown, port)}/?token=${token}`,
    async [Symbol.asyncDispose]() {
      const patience = new AbortController();
      const late = sleep(FAREWELL_MS, undefined, { signal: patience.signal }).catch(() => undefined);
      await Promise.race([Promise.all(underWay), late]);
      patience.abort();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function send(response: ServerResponse, { status = 200, type, body }: Answer): void {
  response.writeHead(status, {
    "content-type": `${TYPES[type]}; charset=utf-8`,
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

/** A page has its own style sheets, known by their digests, scripts and figures from here, and nothing from anywhere else. */
function policyOf(styles: readonly string[]): string {
  const digests = styles.map((style) => `'sha256-${createHash("sha256").update(style).digest("base64")}'`);
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${digests.join(" ")}`,
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function headers(policy: string): Readonly<Record<string, string>> {
  return {
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
  };
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text, "http://page") ? new URL(text, "http://page") : undefined;
}

function notOpened({ host, port }: Pick<ServeOptions, "host" | "port">, error: Error): RollcallError {
  return new RollcallError(
    "dashboard",
    `The page cannot be served at ${host}, port ${port}: ${reasonOf(error)}.`,
    "Name another port, e.g. --dashboard 8090, or none to get one that is free.",
    EXIT.usage,
    error,
  );
}
