import type { Schedule } from "../model/ports.ts";
import { us } from "../model/units.ts";

/**
 * Arrivals at equal gaps, `rate` a second. The expected number of arrivals by t seconds is N(t) = rate t; arrival i is due
 * where N(t) = i, so at t = i / rate. The last of n is due one gap before n / rate: phases that follow each other keep the rate.
 */
export function createConstant(rate: number, devices: number): Schedule {
  return { total: devices, at: (index) => us(Math.floor((index * 1_000_000) / rate)) };
}
