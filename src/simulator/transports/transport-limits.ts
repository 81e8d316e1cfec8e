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

  const take = (device: DeviceRecord): boolean => {
    const limit = device.gateway ? gatewayMessages : deviceMessages;
    let own = ofDevice.get(device);
    if (own === undefined) ofDevice.set(device, (own = createBucket(limit, timers)));
    let ofTenant = byTenant.get(device.profile.tenant);
    if (ofTenant === undefined) byTenant.set(device.profile.tenant, (ofTenant = createBucket(messages, timers)));
    return ofTenant() && own();
  };
  return { open: take, close: (device) => void take(device) };
}
