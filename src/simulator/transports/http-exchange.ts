import type { ServerResponse } from "node:http";
import type { Exchange } from "./device-api.ts";
import { GARBAGE } from "./link-faults.ts";
import { writeProvisionJson } from "../payload/provision-json.ts";
import type { Resets } from "./resets.ts";
import type { Timers } from "../timing/timers.ts";

const TEXT = "text/plain;charset=UTF-8";
/** What ThingsBoard's error handler says of its charset. */
const ERROR_TYPE = "application/json;charset=ISO-8859-1";
const GENERAL_ERROR = 2;
/** After these ThingsBoard's web server closes the connection, as seen on 4.2.1. */
const ENDS_CONNECTION: readonly number[] = [400, 413, 500, 503];

/** One request over HTTP; its answer can only go to who asked, on the connection that asked. */
export function createHttpExchange(response: ServerResponse, timers: Timers, resets: Resets): Exchange {
  const { socket } = response;
  return {
    isOpen: () => !response.destroyed,
    reply: (reply, _form, manner) => {
      const body = writeProvisionJson(reply);
      switch (manner) {
        case "once":
          return send(response, 200, body, TEXT);
        case "twice":
          // Both at once: what comes when the connection has another request on it would be taken for its answer.
          socket?.write(`${plainAnswer(body)}${plainAnswer(body)}`);
          return;
        case "in-pieces":
          response.writeHead(200, headersOf(body, TEXT)).flushHeaders();
          return trickle(response, Buffer.from(body));
        case "to-somebody-else":
        case "acknowledged":
          return;
      }
    },
    misunderstood: ({ message }) => {
      const body = JSON.stringify({ status: 500, message, errorCode: GENERAL_ERROR, timestamp: timers.wall() });
      send(response, 500, body, ERROR_TYPE);
    },
    fail: () => send(response, 500),
    unauthorized: () => send(response, 401),
    close: () => socket?.destroySoon(),
    reset: () => {
      if (socket !== null) resets.reset(socket);
    },
    garbage: () => void socket?.write(GARBAGE),
    freeze: () => undefined,
    forget: () => undefined,
  };
}

export function send(response: ServerResponse, status: number, body = "", type?: string): void {
  if (response.destroyed || response.headersSent) return;
  if (ENDS_CONNECTION.includes(status)) response.shouldKeepAlive = false;
  response.writeHead(status, headersOf(body, type)).end(body);
}

function headersOf(body: string, type: string | undefined): Record<string, string | number> {
  const length = { "Content-Length": Buffer.byteLength(body) };
  return type === undefined ? length : { ...length, "Content-Type": type };
}

function plainAnswer(body: string): string {
  return `HTTP/1.1 200 \r\nContent-Length: ${Buffer.byteLength(body)}\r\nContent-Type: ${TEXT}\r\n\r\n${body}`;
}

/** Each byte when the one before has left. */
function trickle(response: ServerResponse, bytes: Buffer): void {
  if (bytes.length === 0) response.end();
  else response.write(bytes.subarray(0, 1), () => trickle(response, bytes.subarray(1)));
}
