import { GsonSyntaxError, parseGson } from "../payload/gson.ts";
import type { CoapRequest, Delivery } from "./coap-endpoint.ts";
import type { DeviceApi, Exchange } from "./device-api.ts";
import { readProvisionRequest, writeProvisionReply } from "../payload/provision-payload.ts";
import type { Manner } from "../core/provision-requests.ts";
import type { VersionTraits } from "../core/version-table.ts";

export interface CoapApiDeps {
  readonly traits: VersionTraits;
  readonly api: DeviceApi;
}

/**
 * The CoAP device API as far as provisioning and a first sign of life go (contract, section 5). There are no connections, so
 * that what strikes at accept strikes each request.
 */
export function answerCoap(deps: CoapApiDeps, request: CoapRequest): void {
  const exchange = createCoapExchange(request);
  deps.api.accept(exchange, () => route(deps, request, exchange));
}

function route({ api, traits }: CoapApiDeps, request: CoapRequest, exchange: Exchange): void {
  const [root, version, first, second, ...more] = request.path;
  if (root !== "api" || version !== "v1" || first === undefined || more.length > 0) return request.answer("4.04");
  if (second === undefined) {
    if (first !== "provision" || request.method !== "POST") return request.answer("4.04");
    return api.provision(exchange, () => readProvisionRequest(request.payload, traits.gatewayField));
  }
  if (second !== "attributes" && second !== "telemetry") return request.answer("4.04");
  // A device that has no attributes is answered as if the path were wrong.
  const says = second === "telemetry" || request.method !== "POST";
  api.login(exchange, first, (device) => {
    if (says && !api.hears(exchange, device)) return;
    if (second === "telemetry" && request.method === "POST") api.stores(device, published(request.payload));
    request.answer(request.method === "POST" ? "2.01" : "4.04");
  });
}

/** Undefined: it is no JSON, of which nothing is kept. */
function published(payload: Uint8Array): unknown {
  try {
    return parseGson(Buffer.from(payload).toString("utf8"));
  } catch (error) {
    if (error instanceof GsonSyntaxError) return undefined;
    throw error;
  }
}

/** NOT_FOUND and FAILURE come as 4.00 with the usual body; what is not understood as 4.00 without one. */
function createCoapExchange(request: CoapRequest): Exchange {
  return {
    // Nobody can know.
    isOpen: () => true,
    reply: (reply, form, manner) => {
      // The request is acknowledged by itself, like any whose answer takes long.
      if (manner === "acknowledged") return;
      const code = reply.status === "SUCCESS" ? "2.01" : "4.00";
      request.answer(code, writeProvisionReply(reply, form), DELIVERY[manner]);
    },
    misunderstood: () => request.answer("4.00"),
    fail: () => request.answer("5.00"),
    unauthorized: () => request.answer("4.01"),
    close: () => request.forget(),
    reset: () => request.reset(),
    garbage: () => request.garbage(),
    freeze: () => request.forget(),
    forget: () => request.forget(),
  };
}

/** A datagram comes whole, or not at all. */
const DELIVERY: Readonly<Record<Exclude<Manner, "acknowledged">, Delivery>> = {
  once: "once",
  twice: "twice",
  "in-pieces": "once",
  "to-somebody-else": "with-another-token",
};
