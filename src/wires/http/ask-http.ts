import { createRequire } from "node:module";
import type * as http from "node:http";
import type * as https from "node:https";
import type { ConnectionOptions } from "node:tls";
import { zoneless } from "../socket/socket.ts";
import { bareHost } from "../socket/zoned-url.ts";

const require = createRequire(import.meta.url);

/** Loaded with the first question, and not by `import`: that would read all it exports, WebSocket and fetch too, which takes longer than the rest of it. */
const httpOfNode = (): typeof http => (loadedHttp ??= require("node:http") as typeof http);
const httpsOfNode = (): typeof https => (loadedHttps ??= require("node:https") as typeof https);
let loadedHttp: typeof http | undefined;
let loadedHttps: typeof https | undefined;

export interface Question {
  /** http: or https:, without a zone. */
  readonly url: URL;
  /** What to connect to where it is not the URL's: an IPv6 address with its zone. */
  readonly host?: string | undefined;
  /** Absent: GET. */
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** What an answer may at most have, and take. */
export interface AnswerBounds {
  readonly bytes: number;
  /** Until there is a connection, TLS included; absent: 10 s. */
  readonly connectMs?: number;
  /** From the connection to the first line of the answer. */
  readonly answerMs: number;
  /** Between two pieces of its body. */
  readonly silenceMs: number;
}

export interface WholeAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Of UTF-8. */
  readonly text: string;
  /** Of its body. */
  readonly bytes: number;
}

/** Codes of what goes wrong here and not in Node or the kernel, whose errors come as they are. */
export const ASK_CODES = {
  /** Nothing was sent. */
  notConnected: "ASK_NOT_CONNECTED",
  late: "ASK_LATE",
  tooLong: "ASK_TOO_LONG",
  closed: "ASK_CLOSED",
} as const;

export class AskError extends Error {
  readonly code: (typeof ASK_CODES)[keyof typeof ASK_CODES];

  constructor(code: AskError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** Asks one server over HTTP, now and then, on connections that are kept for a while. Redirects are answers like others. */
export interface HttpAsker {
  /** The whole answer. Rejects with AskError, or an error of Node or the system; when `stop` fires, with its reason. */
  ask(question: Question, bounds: AnswerBounds, stop: AbortSignal): Promise<WholeAnswer>;
  /** Ends what is under way too. */
  close(): void;
}

const CONNECT_MS = 10_000;
/** Shorter than servers keep one: a request that meets a connection on its way out is lost. */
const KEPT_MS = 4_000;

/** `connections`: at most so many at once; absent: as many as there are questions. */
export function createHttpAsker(tls: ConnectionOptions = {}, connections = Infinity): HttpAsker {
  const agents: { kept?: http.Agent; own?: http.Agent } = {};

  /** `kept`: on a connection that may have been used before. */
  function agentFor(url: URL, kept: boolean): http.Agent {
    const { Agent } = url.protocol === "https:" ? httpsOfNode() : httpOfNode();
    if (!kept) return (agents.own ??= new Agent({ keepAlive: false, maxSockets: connections }));
    return (agents.kept ??= new Agent({ keepAlive: true, timeout: KEPT_MS, maxSockets: connections }));
  }

  return {
    ask: async ({ url, host, method = "GET", headers, body }, bounds, stop) => {
      const address = host ?? bareHost(url);
      const { request } = url.protocol === "https:" ? httpsOfNode() : httpOfNode();
      const options = {
        ...(url.protocol === "https:" ? { ...tls, ...zoneless(address) } : {}),
        host: address,
        port: url.port,
        method,
        path: `${url.pathname}${url.search}`,
        headers: { ...headers, Host: url.host },
      };
      const once = (kept: boolean): Promise<WholeAnswer> =>
        wholeAnswer(() => request({ ...options, agent: agentFor(url, kept) }), body, bounds, stop);
      // What must not be done twice is not sent where it may meet a connection on its way out.
      if (method === "POST") return once(false);
      try {
        return await once(true);
      } catch (error) {
        if (!(error instanceof StaleConnectionError)) throw error;
        return once(false);
      }
    },
    close: () => {
      agents.kept?.destroy();
      agents.own?.destroy();
    },
  };
}

/** A kept connection was closed before anything of an answer came. Other methods than POST may be sent again (RFC 9110, 9.2.2). */
class StaleConnectionError extends Error {}

async function wholeAnswer(
  begin: () => http.ClientRequest,
  body: string | undefined,
  { bytes: most, connectMs = CONNECT_MS, answerMs, silenceMs }: AnswerBounds,
  stop: AbortSignal,
): Promise<WholeAnswer> {
  stop.throwIfAborted();
  const request = begin();
  const { promise, resolve, reject } = Promise.withResolvers<WholeAnswer>();
  let patience: NodeJS.Timeout | undefined;

  function fail(error: unknown): void {
    reject(error);
    request.destroy();
  }
  const allow = (ms: number, code: AskError["code"], message: string): void => {
    clearTimeout(patience);
    patience = setTimeout(() => fail(new AskError(code, message)), ms);
  };
  const awaitAnswer = (): void => allow(answerMs, ASK_CODES.late, `no answer within ${answerMs / 1_000} s`);
  const abort = (): void => fail(stop.reason);
  stop.addEventListener("abort", abort, { once: true });

  request.once("socket", (socket) => {
    if (!socket.connecting) return awaitAnswer();
    allow(connectMs, ASK_CODES.notConnected, `no connection within ${connectMs / 1_000} s`);
    socket.once("encrypted" in socket ? "secureConnect" : "connect", awaitAnswer);
  });
  let began = false;
  request.on("error", (error) => {
    if (request.reusedSocket && !began && isGone(error)) return fail(new StaleConnectionError());
    fail(isHangUp(error) ? closed() : error);
  });
  // Whatever ends it without a word, as an answer that would speak another protocol from here on.
  request.once("close", () => reject(closed()));
  request.once("response", (response) => {
    began = true;
    const pieces: Buffer[] = [];
    let bytes = 0;
    const awaitMore = (): void =>
      allow(silenceMs, ASK_CODES.late, `no more of its answer within ${silenceMs / 1_000} s`);
    awaitMore();
    response.on("data", (piece: Buffer) => {
      bytes += piece.length;
      if (bytes > most) return fail(new AskError(ASK_CODES.tooLong, `more than ${most} bytes`));
      pieces.push(piece);
      awaitMore();
    });
    response.on("error", (error) => fail(isHangUp(error) ? closed() : error));
    response.once("end", () => {
      const text = new TextDecoder().decode(Buffer.concat(pieces));
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text, bytes });
    });
  });
  try {
    request.end(body);
    return await promise;
  } finally {
    clearTimeout(patience);
    stop.removeEventListener("abort", abort);
  }
}

const closed = (): AskError => new AskError(ASK_CODES.closed, "the connection was closed before the whole answer");

/** What Node calls an orderly end before or in the answer; a reset has the system's own words. */
function isHangUp(error: Error): boolean {
  return error.message === "socket hang up" || error.message === "aborted";
}

function isGone(error: NodeJS.ErrnoException): boolean {
  return isHangUp(error) || error.code === "ECONNRESET" || error.code === "EPIPE";
}
