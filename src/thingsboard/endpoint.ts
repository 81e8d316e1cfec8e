import { readFileSync } from "node:fs";
import type { Target } from "../model/plan.ts";
import type { Endpoint } from "../mqtt/session.ts";

/** Where devices connect to. Reads the CA file once, so make one endpoint and keep it. */
export function endpointOf({ host, port, tls }: Target): Endpoint {
  if (tls === undefined) return { host, port, tls: undefined };
  return {
    host,
    port,
    tls: {
      ca: tls.caFile === undefined ? undefined : readFileSync(tls.caFile, "utf8"),
      serverName: tls.serverName,
      insecure: tls.insecure,
      identity: undefined,
    },
  };
}
