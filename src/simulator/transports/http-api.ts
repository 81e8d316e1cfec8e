import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Server, Socket } from "node:net";
import type { DeviceApi, Exchange } from "./device-api.ts";
import type { DeviceRecord } from "../core/device-store.ts";
import { type AskedKeys, attributesOf } from "../core/read-attributes.ts";
import { storeAttributes } from "./device-session.ts";
import { GsonSyntaxError, parseGson } from "../payload/gson.ts";
import { createHttpExchange, send } from "./http-exchange.ts";
import { httpOfNode, httpsOfNode } from "./node-servers.ts";
import { readProvisionJson } from "../payload/provision-json.ts";
import type { Resets } from "./resets.ts";
import type { RestApi } from "../rest/rest-api.ts";
import type { Tally } from "../core/tally.ts";
import type { Timers } from "../timing/timers.ts";
import type { VersionTraits } from "../core/version-table.ts";

export interface HttpApiDeps {
  readonly traits: VersionTraits;
  readonly timers: Timers;
  readonly tally: Tally;
  readonly rest: RestApi;
  readonly api: DeviceApi;
  readonly resets: Resets;
}

const JSON_TYPE = "application/json;charset=UTF-8";
const DEVICE_API = "/api/v1/";
/** The body limit of /api/v1/**. */
const MAX_BODY = 50 * 1024 * 1024;

/** The HTTP device API (contract, section 5) and REST; over TLS where there is a key and a certificate. */
export function createHttpApi(
  deps: HttpApiDeps,
  tls: { readonly key: string; readonly cert: string } | undefined,
): Server {
  const { api } = deps;
  /** Connections that brought a device's request before. */
  const known = new WeakSet<Socket>();
  const answer = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!url.pathname.startsWith(DEVICE_API)) {
      response.setHeader("Date", new Date(deps.timers.wall()).toUTCString());
      deps.rest.answer(request, url, body, ({ status, body: text }) => send(response, status, text, JSON_TYPE));
      return;
    }
    const exchange = createHttpExchange(response, deps.timers, deps.resets);
    const serve = (): void => answerDevice(deps, { request, response, url, body, exchange });
    // Its administrator comes by the same door, and no connection says who it is: its first request does.
    if (known.has(request.socket)) return serve();
    known.add(request.socket);
    api.accept(exchange, serve);
  };
  const listener: RequestListener = (request, response) => {
    readBody(request, (body) => {
      if (body === undefined) send(response, 413);
      else answer(request, response, body);
    });
  };
  if (tls === undefined) return httpOfNode().createServer(listener);
  const server = httpsOfNode().createServer({ key: tls.key, cert: tls.cert }, listener);
  server.on("connection", (raw: Socket) => deps.resets.take(raw));
  return server;
}

interface DeviceRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly body: string;
  readonly exchange: Exchange;
}

function answerDevice(deps: HttpApiDeps, asked: DeviceRequest): void {
  const { request, response, url, body, exchange } = asked;
  const [first, second, ...more] = url.pathname.slice(DEVICE_API.length).split("/");
  if (first === undefined || more.length > 0) return send(response, 404);
  if (second === undefined) {
    if (first !== "provision") return send(response, 404);
    if (request.method !== "POST") return send(response, 405);
    if (body === "") {
      deps.tally.requests += 1;
      return send(response, 400);
    }
    return deps.api.provision(exchange, () => ({
      request: readProvisionJson(body, deps.traits.gatewayField),
      form: "json",
    }));
  }
  const withDevice = (use: (device: DeviceRecord) => void): void => {
    deps.api.login(exchange, decodeURIComponent(first), use);
  };
  switch (`${request.method} ${second}`) {
    case "GET attributes":
      return withDevice((device) => send(response, 200, attributesOf(device, keysIn(url)), JSON_TYPE));
    case "POST attributes":
    case "POST telemetry":
      return withDevice((device) => {
        if (second !== "telemetry" || deps.api.hears(exchange, device))
          acceptData(deps.api, device, { kind: second, body }, response);
      });
    default:
      return send(response, 404);
  }
}

function keysIn({ searchParams: query }: URL): AskedKeys {
  return { client: query.get("clientKeys"), shared: query.get("sharedKeys") };
}

function acceptData(
  api: DeviceApi,
  device: DeviceRecord,
  { kind, body }: { readonly kind: string; readonly body: string },
  response: ServerResponse,
): void {
  try {
    const value = parseGson(body);
    if (typeof value !== "object" || value === null) return send(response, 400);
    if (kind === "attributes") storeAttributes(device, value);
    else api.stores(device, value);
    return send(response, 200);
  } catch (error) {
    if (error instanceof GsonSyntaxError) return send(response, 400);
    throw error;
  }
}

/** Undefined: larger than the limit. */
function readBody(request: IncomingMessage, done: (body: string | undefined) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  request.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length <= MAX_BODY) chunks.push(chunk);
  });
  request.on("error", () => undefined);
  request.on("end", () => done(length > MAX_BODY ? undefined : Buffer.concat(chunks).toString("utf8")));
}
