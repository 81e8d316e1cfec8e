import type { StoredCredentials } from "./credentials.ts";
import type { DeviceRecord } from "./device-store.ts";

/** What the core replies; undefined where it never does. */
export type ProvisionReply =
  | { readonly status: "SUCCESS"; readonly credentials: StoredCredentials; readonly device: DeviceRecord }
  | { readonly status: "NOT_FOUND" | "FAILURE" };

/** The answer was handed to its client's connection. */
export function markTold(reply: ProvisionReply): void {
  if (reply.status === "SUCCESS" && reply.device.told !== undefined) reply.device.told = "told";
}

/** The answer will never reach its client: unless an earlier one did, the device is a ghost. */
export function markLost(reply: ProvisionReply): void {
  if (reply.status === "SUCCESS" && reply.device.told === "pending") reply.device.told = "ghost";
}
