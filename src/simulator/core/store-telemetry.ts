import type { DeviceRecord } from "./device-store.ts";
import type { AttributeValue } from "./device-values.ts";

/** Keeps the latest values of what a device published: `{key: value}`, `{ts, values: {…}}`, or a list of these (JsonConverter). */
export function storeTelemetry(device: DeviceRecord, published: unknown): void {
  for (const each of Array.isArray(published) ? published : [published]) {
    if (typeof each !== "object" || each === null) continue;
    const values: unknown = "ts" in each && "values" in each ? each.values : each;
    if (typeof values !== "object" || values === null) continue;
    for (const [key, value] of Object.entries(values)) {
      if (value !== null) device.values.telemetry.set(key, value as AttributeValue);
    }
  }
}
