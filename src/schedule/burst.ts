import type { Schedule } from "../model/ports.ts";
import { us } from "../model/units.ts";

/** Everything at once: a site whose power comes back. */
export function createBurst(devices: number): Schedule {
  return { total: devices, at: () => us(0) };
}
