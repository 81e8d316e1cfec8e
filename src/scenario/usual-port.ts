import type { Transport } from "../model/plan.ts";

/** Where ThingsBoard listens for devices unless it is told otherwise. */
export function usualPort(transport: Transport, tls: boolean): number {
  switch (transport) {
    case "mqtt":
      return tls ? 8883 : 1883;
    case "http":
      return tls ? 443 : 8080;
    case "coap":
      return 5683;
  }
}
