import type { DeviceRecord } from "../core/device-store.ts";
import type { TenantOptions } from "../options.ts";
import { type Bucket, createBucket } from "../timing/token-bucket.ts";
import type { Timers } from "../timing/timers.ts";

/** What a tenant's devices may ask of the transport (RLS:78-106): a session costs a message to open and one to close. */
export interface TransportLimits {
  /** False: the session is not opened. */
  open(device: DeviceRecord): boolean;
  close(device: DeviceRecord): void;
}

export function createTransportLimits(tenant: TenantOptions, timers: Timers): TransportLimits {
  const { messages, deviceMessages, gatewayMessages } = tenant;
  if (tenant.transport === "DISABLED") return { open: () => false, close: () => undefined };
  const byTenant = new Map<string, Bucket>();
  const ofDevice = new WeakMap<DeviceRecord, Bucket>();

  const takeOfTenant = ({ profile }: DeviceRecord): boolean => {
    let bucket = byTenant.get(profile.tenant);
    if (bucket === undefined) byTenant.set(profile.tenant, (bucket = createBucket(messages, timers)));
    return bucket();
  };

  /** Where nothing is limited nothing is kept of a device either: a WeakMap costs much with many. */
  const takeOwn = (device: DeviceRecord): boolean => {
    const limit = device.gateway ? gatewayMessages : deviceMessages;
    if (limit === undefined) return true;
    let bucket = ofDevice.get(device);
    if (bucket === undefined) ofDevice.set(device, (bucket = createBucket(limit, timers)));
    return bucket();
  };

  const take = (device: DeviceRecord): boolean => takeOfTenant(device) && takeOwn(device);
  return { open: take, close: (device) => void take(device) };
}
