import type { DeviceRecord } from "./device-store.ts";
import type { TenantOptions } from "./options.ts";
import type { Timers } from "./timers.ts";

/** What a tenant's devices may ask of the transport (RLS:78-106): a session costs a message to open and one to close. */
export interface TransportLimits {
  /** False: the session is not opened. */
  open(device: DeviceRecord): boolean;
  close(device: DeviceRecord): void;
}

/** Every bandwidth of a limit must have a message left. */
type Bucket = () => boolean;

export function createTransportLimits(tenant: TenantOptions, timers: Timers): TransportLimits {
  const { messages, deviceMessages, gatewayMessages } = tenant;
  if (tenant.transport === "DISABLED") return { open: () => false, close: () => undefined };
  const ofTenant = createBucket(messages, timers);
  const ofDevice = new WeakMap<DeviceRecord, Bucket>();

  const take = (device: DeviceRecord): boolean => {
    const limit = device.gateway ? gatewayMessages : deviceMessages;
    let own = ofDevice.get(device);
    if (own === undefined) ofDevice.set(device, (own = createBucket(limit, timers)));
    return ofTenant() && own();
  };
  return { open: take, close: (device) => void take(device) };
}

/** Buckets that are full at first and filled evenly. */
function createBucket(limit: string | undefined, timers: Timers): Bucket {
  const bandwidths = (limit ?? "").split(",").filter((text) => text !== "");
  const buckets = bandwidths.map((text) => {
    const [capacity = 0, seconds = 1] = text.split(":").map(Number);
    return { capacity, perMs: capacity / seconds / 1_000, left: capacity, at: timers.now() };
  });
  return () => {
    const now = timers.now();
    for (const bucket of buckets) {
      bucket.left = Math.min(bucket.capacity, bucket.left + (now - bucket.at) * bucket.perMs);
      bucket.at = now;
    }
    if (buckets.some(({ left }) => left < 1)) return false;
    for (const bucket of buckets) bucket.left -= 1;
    return true;
  };
}
