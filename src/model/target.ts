import type { Target } from "./plan.ts";

/** Where devices go, as every report shows it, e.g. mqtts://[::1]:8883. */
export function urlOf({ transport, host, port, tls }: Target): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `${transport}${tls === undefined ? "" : "s"}://${name}:${port}`;
}
