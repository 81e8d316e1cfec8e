import type { FailureKind, Verdict } from "../model/outcome.ts";
import type { MqttVersion } from "../model/plan.ts";
import { codeName } from "../wires/coap/coap-codes.ts";
import { statusName } from "../wires/http/http-statuses.ts";
import { reasonName } from "../wires/mqtt/reason-codes.ts";
import { toWhere } from "./redirect.ts";
import { refusalOverCoap, refusalOverHttp } from "./refusals.ts";

/**
 * The answers that speak of the credential: a login that gets one is refused. Every other one (a rate limit, a redirect, an
 * error of the server) leaves open whether the credential is good: the device was not reached, for that reason.
 */
const OF_THE_CREDENTIAL = {
  // RFC 9110, 15.5.2 and 15.5.4; ThingsBoard's to a token that it does not know is 401 (contract, section 5).
  http: [401, 403],
  coap: ["4.01", "4.03"],
  // MQTT 3.1.1, 3.2.2.3: identifier, user name or password, not authorised (contract, section 4, CONNACK codes).
  mqtt3: [2, 4, 5],
  // MQTT 5, 3.2.2.2: the same, and an address or client that is banned, and an unknown way to authenticate.
  mqtt5: [0x85, 0x86, 0x87, 0x8a, 0x8c],
} as const;

/** CONNACK of a server that has an error, no time, or no answer from its core: 3, and MQTT 5's own. */
const SERVER_ERRORS = { mqtt3: [3], mqtt5: [0x80, 0x83, 0x88, 0x89, 0x8b] } as const;

/** ThingsBoard's to a session above the transport's rate limit is 0x9F (MTH:1328-1379); of MQTT 3 it is 3 like the rest. */
const RATE_LIMITS = { mqtt3: [], mqtt5: [0x96, 0x97, 0x9f] } as const;

/** The verdict of any status that is not the admission. */
export function verdictOfStatus(status: number, location: string | undefined): Verdict {
  const reason = statusName(status);
  if (includes(OF_THE_CREDENTIAL.http, status)) return { state: "refused", code: status, reason };
  return unreached(refusalOverHttp(status, "").kind, `${reason}${toWhere(location)}`);
}

/** The verdict of any code that is not the admission. */
export function verdictOfCode(code: string): Verdict {
  const reason = codeName(code);
  // 4.01 as the number 401.
  if (includes(OF_THE_CREDENTIAL.coap, code)) return { state: "refused", code: Number(code.replace(".", "")), reason };
  return unreached(refusalOverCoap(code).kind, reason);
}

/** The verdict of any CONNACK code but 0. */
export function verdictOfConnack(code: number, version: MqttVersion, said = ""): Verdict {
  const reason = `${reasonName(code, version)}${said}`;
  const wire = version === "5" ? "mqtt5" : "mqtt3";
  if (includes(OF_THE_CREDENTIAL[wire], code)) return { state: "refused", code, reason };
  if (includes(RATE_LIMITS[wire], code)) return unreached("rate-limited", reason);
  return unreached(includes(SERVER_ERRORS[wire], code) ? "server-error" : "session-refused", reason);
}

function unreached(kind: FailureKind, detail: string): Verdict {
  return { state: "unreachable", kind, detail };
}

function includes<T>(codes: readonly T[], code: T): boolean {
  return codes.includes(code);
}
