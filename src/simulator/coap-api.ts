import type { CoapRequest } from "./coap-endpoint.ts";
import { delayOf } from "./faults.ts";
import type { HttpApiDeps } from "./http-api.ts";
import { findDeviceByToken } from "./login.ts";
import { BadRequest } from "./provision-json.ts";
import { type PayloadForm, readProvisionRequest, writeProvisionReply } from "./provision-payload.ts";
import type { ProvisionReply } from "./provisioning.ts";
import { countReply, markLost, markTold } from "./tally.ts";

/** The CoAP device API as far as provisioning and a first sign of life go (contract, section 5). */
export function answerCoap(deps: HttpApiDeps, request: CoapRequest): void {
  const [api, version, first, second, ...more] = request.path;
  if (api !== "api" || version !== "v1" || first === undefined || more.length > 0) return request.answer("4.04");
  if (second === undefined) {
    return first === "provision" && request.method === "POST" ? provision(deps, request) : request.answer("4.04");
  }
  if (second !== "attributes" && second !== "telemetry") return request.answer("4.04");
  // A device that has no attributes is answered as if the path were wrong.
  login(deps, first, request, request.method === "POST" ? "2.01" : "4.04");
}

/** NOT_FOUND and FAILURE come as 4.00 with the usual body; what is not understood as 4.00 without one. */
function provision(deps: HttpApiDeps, request: CoapRequest): void {
  const { tally } = deps;
  tally.requests += 1;
  let read: ReturnType<typeof readProvisionRequest>;
  try {
    read = readProvisionRequest(request.payload, deps.traits.gatewayField);
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    tally.badRequests += 1;
    return request.answer("4.00");
  }
  const { request: asked, form } = read;
  const fault = deps.faults.pick("request", asked.deviceName);
  if (fault !== undefined) tally.faults += 1;
  switch (fault?.kind) {
    case "drop":
    case "half-open":
    case "close":
      return request.forget();
    case "reset":
      return request.reset();
    case "queue-full":
      return request.answer("5.00");
    case "garbage":
      return request.answer("2.01", "\0garbage");
    default:
  }
  deps.transport.ask(
    "provision",
    () => deps.provisioning.decide(asked),
    (reply) => {
      if (reply === undefined) {
        tally.unanswered += 1;
        request.answer("5.00");
      } else if (fault?.kind === "ghost") {
        markLost(reply);
        deps.timers.after(delayOf(fault), () => request.answer("5.00"));
      } else if (fault?.kind === "delay") deps.timers.after(delayOf(fault), () => tell(deps, request, reply, form));
      else tell(deps, request, reply, form);
    },
    markLost,
  );
}

function tell({ tally }: HttpApiDeps, request: CoapRequest, reply: ProvisionReply, form: PayloadForm): void {
  countReply(tally, reply);
  markTold(reply);
  request.answer(reply.status === "SUCCESS" ? "2.01" : "4.00", writeProvisionReply(reply, form));
}

/** 4.01: unknown, or not an access token. */
function login({ tally, transport, store }: HttpApiDeps, token: string, request: CoapRequest, admitted: string): void {
  tally.logins += 1;
  transport.ask(
    "login",
    () => ({ device: findDeviceByToken(store, token) }),
    (found) => {
      if (found === undefined) return request.answer("5.00");
      if (found.device === undefined) {
        tally.refused += 1;
        return request.answer("4.01");
      }
      tally.admitted += 1;
      request.answer(admitted);
    },
    () => undefined,
  );
}
