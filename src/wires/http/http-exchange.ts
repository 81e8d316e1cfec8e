import { buildConnector, type Dispatcher, Pool } from "undici";
import type { Target } from "../../model/plan.ts";
import { WireError } from "../../model/ports.ts";
import { msFromUs, type Us } from "../../model/units.ts";
import { hostAndPort } from "../../model/target.ts";
import { MAX_ANSWER_BYTES } from "../answer-limit.ts";
import { abortsOf } from "../socket/aborts.ts";
import { nextSource } from "../socket/source-addresses.ts";
import { connectOptionsOf, endpointOf } from "../socket/endpoint.ts";
import { openSocket } from "../socket/socket.ts";
import { type Connector, PeerClient, peerOf, sourceOf } from "./http-peer.ts";
import { toHttpWireError } from "./http-failures.ts";

export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  /** Media type of the body; default: JSON. */
  readonly contentType?: string;
}

/** Where a fleet's requests go. */
export type HttpTarget = Pick<Target, "host" | "address" | "port" | "tls" | "from" | "proxyProtocol">;

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** The header of that name, where it is a redirect. */
  readonly location: string | undefined;
}

export interface HttpEvents {
  /** Which of several local addresses its connection has, or was to have: told before `connected`, or when that does not come. */
  readonly leaves?: ((source: string) => void) | undefined;
  /** There is a connection for this request: a new one, or one that was kept. */
  connected(peer: string | undefined): void;
  /** Headers and body were handed to the socket. */
  sent?(): void;
}

export interface HttpDeadlines {
  /** To `connected`. */
  readonly connect: Us;
  /** From `connected` to the end of the answer. */
  readonly answer: Us;
}

/** Requests of a fleet to one server. Connections are kept and shared: a device's request takes a free one or makes one. */
export interface HttpExchange {
  /** Rejects with WireError only, also when `stop` is aborted; no event follows. */
  ask(request: HttpRequest, events: HttpEvents, stop: AbortSignal): Promise<HttpAnswer>;
  close(): Promise<void>;
}

export function createHttpExchange(target: HttpTarget, deadlines: HttpDeadlines): HttpExchange {
  const pool = createPool(target, msFromUs(deadlines.connect));

  function ask(request: HttpRequest, events: HttpEvents, stop: AbortSignal): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      if (stop.aborted) return reject(new WireError("aborted", "stopped before the request"));
      let over = false;
      let cancel: ((reason: Error) => void) | undefined;
      let deadline = startDeadline(deadlines.connect, "connect-timeout", "no connection");
      const aborts = abortsOf(stop);
      const waiting = aborts.add(onAbort);
      let status = 0;
      let location: string | undefined;
      const chunks: Buffer[] = [];

      const options: Dispatcher.DispatchOptions = {
        method: request.method,
        path: request.path,
        body: request.body ?? null,
        headers: { "content-type": request.contentType ?? "application/json" },
      };
      pool.dispatch(options, {
        onRequestStart(controller) {
          // Too late for this device; the connection stays for another.
          if (over) return controller.abort(new WireError("aborted", "no longer wanted"));
          cancel = (reason) => controller.abort(reason);
          clearTimeout(deadline);
          deadline = startDeadline(deadlines.answer, "answer-timeout", "no answer");
          tellSource();
          events.connected(peerOf(options));
          // The client writes the whole request when this handler has returned.
          queueMicrotask(() => over || events.sent?.());
        },
        onResponseStart(_, code, headers) {
          status = code;
          location = code >= 300 && code < 400 ? textOf(headers["location"]) : undefined;
        },
        onResponseData(_, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          settle(() => resolve({ status, location, body: Buffer.concat(chunks).toString("utf8") }));
        },
        onResponseError(_, error) {
          fail(toHttpWireError(error));
        },
      });

      function startDeadline(time: Us, kind: "connect-timeout" | "answer-timeout", what: string): NodeJS.Timeout {
        const ms = msFromUs(time);
        return setTimeout(() => fail(new WireError(kind, `${what} within ${ms} ms`)), ms);
      }

      function onAbort(): void {
        fail(new WireError("aborted", "stopped while in flight"));
      }

      function fail(error: WireError): void {
        if (over) return;
        if (cancel === undefined) tellSource();
        settle(() => reject(error));
        // Ends the connection: the answer may still come, and would be taken for the next one's.
        cancel?.(error);
      }

      function tellSource(): void {
        const source = events.leaves === undefined ? undefined : sourceOf(options);
        if (source !== undefined) events.leaves?.(source);
      }

      function settle(how: () => void): void {
        if (over) return;
        over = true;
        clearTimeout(deadline);
        aborts.delete(waiting);
        how();
      }
    });
  }

  return { ask, close: () => pool.destroy() };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.[0];
}

function createPool(target: HttpTarget, connectMs: number): Pool {
  const { host, port, tls } = target;
  // A zone stands in no URL and in no Host (RFC 6874): what is connected to has it.
  const origin = `${tls === undefined ? "http" : "https"}://${hostAndPort(host.replace(/%.*$/, ""), port)}`;
  // Ours comes first; this one ends the attempt.
  const timeout = connectMs * 2;
  const own = target.proxyProtocol !== undefined || host.includes("%");
  const connect = own ? connectItself(target, timeout) : connectByClient(target, timeout);
  // One request at a time on each connection.
  const options = { pipelining: 1, headersTimeout: 0, bodyTimeout: 0, maxResponseSize: MAX_ANSWER_BYTES };
  // As many as are in flight at once.
  return new Pool(origin, { connections: null, factory: (url) => new PeerClient(url, connect, options) });
}

/** By sockets of our own, for what the client's cannot do. */
function connectItself(target: HttpTarget, timeoutMs: number): Connector {
  const endpoint = endpointOf(target);
  return (_, done, leaves) => {
    let over = false;
    const socket = openSocket(endpoint, () => settle(() => done(null, socket)), { leaves });
    const deadline = setTimeout(() => {
      socket.destroy(new WireError("connect-timeout", `no connection within ${timeoutMs} ms`));
    }, timeoutMs);
    socket.once("error", (error) => settle(() => done(error, null)));
    socket.once("close", () => settle(() => done(new WireError("connection-reset", "closed by the server"), null)));

    function settle(how: () => void): void {
      clearTimeout(deadline);
      if (over) return;
      over = true;
      how();
    }
  };
}

function connectByClient({ address, tls, from }: HttpTarget, timeout: number): Connector {
  const connector = buildConnector({ timeout, ...connectOptionsOf(tls) });
  return (options, done, leaves) => {
    const source = nextSource(from);
    if (source !== undefined) leaves(source);
    // The origin's name stays what the server is called and what its certificate must say.
    connector({ ...options, hostname: address ?? options.hostname, localAddress: source ?? null }, done);
  };
}
