import { type AskedCredentials, readAskedCredentials } from "./credentials.ts";
import type { DeviceRecord, DeviceStore, ProfileRecord } from "./device-store.ts";
import type { Random } from "../timing/random.ts";
import { markLost, type ProvisionReply } from "./provision-reply.ts";
import type { VersionTraits } from "./version-table.ts";

/** A provision request, whatever brought it. */
export interface ProvisionRequest {
  /** "" where absent. */
  readonly deviceName: string;
  readonly key: string;
  readonly secret: string;
  readonly credentials: AskedCredentials;
  readonly gateway: boolean;
}

export interface Provisioning {
  /** Decides at once; `undefined`: no reply ever, the request times out. `disturbed`: after it has saved, it fails (DPS:218-231). */
  decide(request: ProvisionRequest, disturbed?: boolean): ProvisionReply | undefined;
}

const NOT_FOUND: ProvisionReply = { status: "NOT_FOUND" };
const FAILURE: ProvisionReply = { status: "FAILURE" };
const PROVISION_STATE = "provisionState";
const PROVISIONED = "provisioned";
const RANDOM_NAME_LENGTH = 20;

/** The status decision order of the contract, section 2 (DPS:133-183), row by row. */
export function createProvisioning(deps: {
  readonly store: DeviceStore;
  readonly random: Random;
  readonly traits: VersionTraits;
}): Provisioning {
  const { store, random, traits } = deps;

  const create = (profile: ProfileRecord, name: string, request: ProvisionRequest): ProvisionReply => {
    const asked = readAskedCredentials(request.credentials);
    if (asked === "invalid") return FAILURE;
    const device = store.createDevice({
      profile,
      name: name === "" ? random.alphanumerics(RANDOM_NAME_LENGTH) : name,
      credentials: asked === "none" ? undefined : asked,
      gateway: traits.gatewayField && request.gateway,
    });
    if (typeof device === "string") return FAILURE;
    device.values.server.set(PROVISION_STATE, PROVISIONED);
    device.told = "pending";
    return { status: "SUCCESS", credentials: device.credentials, device };
  };

  const check = (profile: ProfileRecord, device: DeviceRecord | undefined): ProvisionReply => {
    if (device === undefined || device.profile !== profile) return FAILURE;
    const state = device.values.server.get(PROVISION_STATE);
    if (state !== undefined && (state !== PROVISIONED || traits.repeatedCheck === "FAILURE")) return FAILURE;
    device.values.server.set(PROVISION_STATE, PROVISIONED);
    return { status: "SUCCESS", credentials: device.credentials, device };
  };

  const decide = (request: ProvisionRequest): ProvisionReply | undefined => {
    const name = trim(request.deviceName);
    if (request.deviceName !== "" && name === "") return FAILURE;
    if (request.key === "" || request.secret === "") return NOT_FOUND;
    const profile = store.profileByKey(request.key);
    if (profile === undefined) return NOT_FOUND;
    // PostgreSQL has no such character: the query itself fails, and so does the request.
    if (name.includes("\0")) return undefined;
    const { strategy, secret } = profile.settings;
    switch (strategy) {
      case "allow-create":
        if (request.secret !== secret) return NOT_FOUND;
        return create(profile, name, request);
      case "pre-provisioned":
        if (request.secret !== secret) return NOT_FOUND;
        return check(profile, store.deviceByName(profile.tenant, name));
      case "x509-chain":
        return undefined;
      case "disabled":
        return NOT_FOUND;
    }
  };

  return {
    decide: (request, disturbed = false) => {
      const reply = decide(request);
      if (!disturbed || reply?.status !== "SUCCESS") return reply;
      markLost(reply);
      return FAILURE;
    },
  };
}

/** As Java has it: all up to a space goes, control characters too; other white space of Unicode stays. */
function trim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text.charAt(start) <= " ") start += 1;
  while (end > start && text.charAt(end - 1) <= " ") end -= 1;
  return text.slice(start, end);
}
