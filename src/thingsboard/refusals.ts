import type { FailureKind } from "../model/outcome.ts";
import { WireError } from "../model/ports.ts";
import { readServerJson } from "../wires/server-json.ts";

/**
 * What an answer that is no reply to a provision request says of its device. "nothing": the request was refused before
 * anything could be made of it; "unknown": the server may have created the device, whatever it says.
 */
export interface Refusal {
  readonly kind: FailureKind;
  readonly made: "nothing" | "unknown";
}

interface Row extends Refusal {
  readonly codes: readonly (number | string)[];
}

/**
 * The one table of what may exist after an answer without a reply; after one that is in no row, the device may. Rows are of the standard, which binds proxies and
 * gateways, and of ThingsBoard (contract, sections 1 and 5), which looks at a request before it passes it to its core.
 */
const TABLE = {
  http: [
    // RFC 9110, 15.4: the request is to be made elsewhere.
    { codes: [300, 301, 302, 303, 307, 308], kind: "request-refused", made: "nothing" },
    // RFC 9110, 15.5, each of a check before the request is handled: its form, who asks, the path, the method, its size and
    // type. 400 is ThingsBoard's to an empty body, before its controller; 413 to one above its payload filter.
    {
      codes: [400, 401, 402, 403, 404, 405, 406, 407, 410, 411, 413, 414, 415, 417, 421, 426, 431, 451],
      kind: "request-refused",
      made: "nothing",
    },
    // RFC 6585, 4.
    { codes: [429], kind: "rate-limited", made: "nothing" },
    // ThingsBoard's core had an error or no answer in time (an empty 500; 503 after 300 s), or a proxy had no answer from it.
    { codes: [500, 502, 503, 504], kind: "server-error", made: "unknown" },
  ],
  coap: [
    // Without the body of a reply: it was not understood (COT:152-175).
    { codes: ["4.00"], kind: "request-refused", made: "nothing" },
    // RFC 7252, 5.9.2, RFC 7959, 2.9, and RFC 8132: as of HTTP.
    {
      codes: ["4.01", "4.02", "4.03", "4.04", "4.05", "4.06", "4.08", "4.12", "4.13", "4.15"],
      kind: "request-refused",
      made: "nothing",
    },
    // RFC 8516.
    { codes: ["4.29"], kind: "rate-limited", made: "nothing" },
    { codes: ["5.00", "5.02", "5.03", "5.04"], kind: "server-error", made: "unknown" },
  ],
  puback: [
    // ThingsBoard's to what it cannot read (MTH:656-664); MQTT 5, 3.4.2.1: the others say that the message was not taken.
    { codes: [0x87, 0x90, 0x99], kind: "request-refused", made: "nothing" },
    { codes: [0x97], kind: "rate-limited", made: "nothing" },
    // Its core's error or time-out; a missing field looks the same.
    { codes: [0x83], kind: "server-error", made: "unknown" },
  ],
  // Codes that end the connection before PUBACK and answer: MQTT 5, 4.13. ThingsBoard ends with the first a message above its limit (MTH:209).
  disconnect: [
    { codes: [0x81, 0x95, 0x99], kind: "closed-before-answer", made: "nothing" },
    { codes: [0x96, 0x97], kind: "rate-limited", made: "nothing" },
  ],
} satisfies Readonly<Record<string, readonly Row[]>>;

/** `body`: an error object of ThingsBoard's with 500 means that its controller did not understand the request (HTC:425). */
export function refusalOverHttp(status: number, body: string): Refusal {
  if (status === 500 && isErrorObject(body)) return { kind: "request-refused", made: "nothing" };
  if (status === 500 && body !== "") return { kind: "request-refused", made: "unknown" };
  const found = find(TABLE.http, status);
  return found ?? { kind: status > 500 ? "server-error" : "request-refused", made: "unknown" };
}

export function refusalOverCoap(code: string): Refusal {
  const found = find(TABLE.coap, code);
  return found ?? { kind: code.startsWith("5.") ? "server-error" : "request-refused", made: "unknown" };
}

export function refusalByPuback(reasonCode: number): Refusal {
  return find(TABLE.puback, reasonCode) ?? { kind: "request-refused", made: "unknown" };
}

/** Undefined: a close like any other. */
export function refusalByDisconnect(reasonCode: number): Refusal | undefined {
  return find(TABLE.disconnect, reasonCode);
}

export function refused({ kind, made }: Refusal, detail: string): WireError {
  return new WireError(kind, detail, undefined, made === "nothing");
}

function find(rows: readonly Row[], code: number | string): Refusal | undefined {
  const row = rows.find(({ codes }) => codes.includes(code));
  return row === undefined ? undefined : { kind: row.kind, made: row.made };
}

/** `{"status":500,"message":"…","errorCode":2,"timestamp":…}` (ThingsboardErrorResponseHandler:133-163). */
function isErrorObject(body: string): boolean {
  const value = readServerJson(body);
  return typeof value === "object" && value !== null && "errorCode" in value && "status" in value;
}
