import type { CoapRequest, Delivery } from "./coap-endpoint.ts";
import type { DeviceApi, DeviceApiDeps, Exchange, Manner } from "./device-api.ts";
import { readProvisionRequest, writeProvisionReply } from "./provision-payload.ts";

/**
 * The CoAP device API as far as provisioning and a first sign of life go (contract, section 5). There are no connections, so
 * that what strikes at accept strikes each request.
 */
export function answerCoap(deps: DeviceApiDeps, api: DeviceApi, request: CoapRequest): void {
  const exchange = createCoapExchange(request);
  api.accept(exchange, () => route(deps, api, request, exchange));
}

function route(deps: DeviceApiDeps, api: DeviceApi, request: CoapRequest, exchange: Exchange): void {
  const [root, version, first, second, ...more] = request.path;
  if (root !== "api" || version !== "v1" || first === undefined || more.length > 0) return request.answer("4.04");
  if (second === undefined) {
    if (first !== "provision" || request.method !== "POST") return request.answer("4.04");
    return api.provision(exchange, () => readProvisionRequest(request.payload, deps.traits.gatewayField));
  }
  if (second !== "attributes" && second !== "telemetry") return request.answer("4.04");
  // A device that has no attributes is answered as if the path were wrong.
  api.login(exchange, first, () => request.answer(request.method === "POST" ? "2.01" : "4.04"));
}

/** NOT_FOUND and FAILURE come as 4.00 with the usual body; what is not understood as 4.00 without one. */
function createCoapExchange(request: CoapRequest): Exchange {
  return {
    // Nobody can know.
    open: true,
    reply: (reply, form, manner) => {
      const code = reply.status === "SUCCESS" ? "2.01" : "4.00";
      request.answer(code, writeProvisionReply(reply, form), DELIVERY[manner]);
    },
    misunderstood: () => request.answer("4.00"),
    fail: () => request.answer("5.00"),
    unauthorized: () => request.answer("4.01"),
    close: () => request.forget(),
    reset: () => request.reset(),
    garbage: () => request.garbage(),
    forget: () => request.forget(),
  };
}

/** A datagram comes whole, or not at all. */
const DELIVERY: Readonly<Record<Manner, Delivery>> = {
  once: "once",
  twice: "twice",
  "in-pieces": "once",
  "to-somebody-else": "with-another-token",
};
