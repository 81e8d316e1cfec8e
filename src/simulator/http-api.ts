import { type IncomingMessage, type RequestListener, type ServerResponse, createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Server } from "node:net";
import type { DeviceRecord, DeviceStore } from "./device-store.ts";
import { storeAttributes } from "./device-session.ts";
import { type Fault, type FaultPicker, delayOf } from "./faults.ts";
import { GsonSyntaxError, parseGson } from "./gson.ts";
import { findDeviceByToken } from "./login.ts";
import { BadRequest, readProvisionJson, writeProvisionJson } from "./provision-json.ts";
import type { ProvisionReply, ProvisionRequest, Provisioning } from "./provisioning.ts";
import { type Tally, countReply, markLost, markTold } from "./tally.ts";
import type { RestApi } from "./rest-api.ts";
import type { Timers } from "./timers.ts";
import type { TransportApi } from "./transport-api.ts";
import type { VersionTraits } from "./version-table.ts";

export interface HttpApiDeps {
  readonly traits: VersionTraits;
  readonly store: DeviceStore;
  readonly transport: TransportApi;
  readonly provisioning: Provisioning;
  readonly faults: FaultPicker;
  readonly timers: Timers;
  readonly tally: Tally;
  readonly rest: RestApi;
}

const TEXT = "text/plain;charset=UTF-8";
const JSON_TYPE = "application/json;charset=UTF-8";
/** What ThingsBoard's error handler says of its charset. */
const ERROR_TYPE = "application/json;charset=ISO-8859-1";
/** The body limit of /api/v1/**. */
const MAX_BODY = 50 * 1024 * 1024;
const GENERAL_ERROR = 2;

/** The HTTP device API (contract, section 5); over TLS where there is a key and a certificate. */
export function createHttpApi(
  deps: HttpApiDeps,
  tls: { readonly key: string; readonly cert: string } | undefined,
): Server {
  const listener: RequestListener = (request, response) => {
    readBody(request, (body) => {
      if (body === undefined) send(response, 413);
      else route(deps, request, body, response);
    });
  };
  return tls === undefined ? createServer(listener) : createTlsServer({ key: tls.key, cert: tls.cert }, listener);
}

function route(deps: HttpApiDeps, request: IncomingMessage, body: string, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (!url.pathname.startsWith("/api/v1/")) {
    response.setHeader("Date", new Date(deps.timers.wall()).toUTCString());
    return deps.rest.answer(request, url, body, ({ status, body: text }) => send(response, status, text, JSON_TYPE));
  }
  const [api, version, first, second, ...more] = url.pathname.slice(1).split("/");
  if (api !== "api" || version !== "v1" || first === undefined || more.length > 0) return send(response, 404);
  if (second === undefined) {
    return first === "provision" && request.method === "POST" ? provision(deps, body, response) : send(response, 404);
  }
  const withDevice = (use: (device: DeviceRecord) => void): void => {
    login(deps, decodeURIComponent(first), response, use);
  };
  switch (`${request.method} ${second}`) {
    case "GET attributes":
      return withDevice((device) => send(response, 200, readAttributes(device, url.searchParams), JSON_TYPE));
    case "POST attributes":
    case "POST telemetry":
      return withDevice((device) => acceptData(device, second, body, response));
    default:
      return send(response, 404);
  }
}

function provision(deps: HttpApiDeps, body: string, response: ServerResponse): void {
  const { tally, timers } = deps;
  tally.requests += 1;
  if (body === "") return send(response, 400);
  let request: ProvisionRequest;
  try {
    request = readProvisionJson(body, deps.traits.gatewayField);
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    tally.badRequests += 1;
    return sendError(response, 500, error.message, timers.wall());
  }
  askCore(deps, request, response);
}

function askCore(deps: HttpApiDeps, request: ProvisionRequest, response: ServerResponse): void {
  const { tally, timers } = deps;
  const fault = deps.faults.pick("request", request.deviceName);
  if (fault !== undefined) {
    tally.faults += 1;
    if (spoil(fault, response)) return;
  }
  deps.transport.ask(
    "provision",
    () => deps.provisioning.decide(request),
    (reply) => {
      if (reply === undefined) {
        tally.unanswered += 1;
        send(response, 500);
      } else if (fault?.kind === "ghost") {
        markLost(reply);
        timers.after(delayOf(fault), () => send(response, 500));
      } else if (fault?.kind === "delay") timers.after(delayOf(fault), () => answer(tally, response, reply));
      else answer(tally, response, reply);
    },
    markLost,
  );
}

/** Faults that leave no answer, or none worth the name. */
function spoil(fault: Fault, response: ServerResponse): boolean {
  if (fault.kind === "reset") response.socket?.resetAndDestroy();
  else if (fault.kind === "close") response.socket?.destroySoon();
  else if (fault.kind === "garbage") send(response, 200, "\0garbage", TEXT);
  else if (fault.kind === "queue-full") send(response, 500);
  else return fault.kind === "drop" || fault.kind === "half-open";
  return true;
}

function answer(tally: Tally, response: ServerResponse, reply: ProvisionReply): void {
  countReply(tally, reply);
  if (response.destroyed) markLost(reply);
  else markTold(reply);
  send(response, 200, writeProvisionJson(reply), TEXT);
}

/** 401 without a body: unknown, or not an access token. */
function login(deps: HttpApiDeps, token: string, response: ServerResponse, use: (device: DeviceRecord) => void): void {
  const { tally } = deps;
  tally.logins += 1;
  deps.transport.ask(
    "login",
    () => ({ device: findDeviceByToken(deps.store, token) }),
    (found) => {
      if (found === undefined) send(response, 500);
      else if (found.device === undefined) {
        tally.refused += 1;
        send(response, 401);
      } else {
        tally.admitted += 1;
        use(found.device);
      }
    },
    () => undefined,
  );
}

function acceptData(device: DeviceRecord, kind: string, body: string, response: ServerResponse): void {
  try {
    const value = parseGson(body);
    if (typeof value !== "object" || value === null) return send(response, 400);
    if (kind === "attributes") storeAttributes(device, value);
    return send(response, 200);
  } catch (error) {
    if (error instanceof GsonSyntaxError) return send(response, 400);
    throw error;
  }
}

/** `{}` where there is none; else those asked for, by scope, or all. */
function readAttributes(device: DeviceRecord, query: URLSearchParams): string {
  const scopes = { client: device.attributes.client, shared: device.attributes.shared };
  const keysOf = { client: query.get("clientKeys"), shared: query.get("sharedKeys") };
  const none = keysOf.client === null && keysOf.shared === null;
  const result: Record<string, object> = {};
  for (const scope of ["client", "shared"] as const) {
    const wanted = keysOf[scope]?.split(",");
    const entries = [...scopes[scope]].filter(([key]) => none || wanted?.includes(key));
    if (entries.length > 0) result[scope] = Object.fromEntries(entries);
  }
  return JSON.stringify(result);
}

function send(response: ServerResponse, status: number, body = "", type?: string): void {
  if (response.destroyed || response.headersSent) return;
  const headers: Record<string, string | number> = { "Content-Length": Buffer.byteLength(body) };
  if (type !== undefined) headers["Content-Type"] = type;
  response.writeHead(status, headers).end(body);
}

function sendError(response: ServerResponse, status: number, message: string, timestamp: number): void {
  send(response, status, JSON.stringify({ status, message, errorCode: GENERAL_ERROR, timestamp }), ERROR_TYPE);
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
