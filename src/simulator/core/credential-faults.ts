import { type StoredCredentials, accessToken } from "./credentials.ts";
import type { DeviceStore } from "./device-store.ts";
import type { Fault } from "./faults.ts";
import type { ProvisionReply } from "./provision-reply.ts";
import type { Random } from "../timing/random.ts";

/** A server that hands out what it should not. */
export interface CredentialFaults {
  /** The reply with credentials that work, but belong to another device, where `fault` is of this kind. */
  replace(reply: ProvisionReply, fault: Fault): ProvisionReply;
}

export function createCredentialFaults(store: DeviceStore, random: Random): CredentialFaults {
  const first = new Map<Fault, StoredCredentials>();
  return {
    replace: (reply, fault) => {
      if (reply.status !== "SUCCESS") return reply;
      if (fault.kind !== "same-credentials" && fault.kind !== "other-credentials") return reply;
      if (fault.kind === "same-credentials") {
        const credentials = first.get(fault) ?? reply.credentials;
        first.set(fault, credentials);
        return { ...reply, credentials };
      }
      const decoy = store.createDevice({
        profile: reply.device.profile,
        name: `decoy-${random.alphanumerics(12)}`,
        credentials: decoyOf(reply.credentials, random.alphanumerics(20)),
        gateway: false,
      });
      return typeof decoy === "string" ? reply : { ...reply, credentials: decoy.credentials };
    },
  };
}

/** Credentials of the same type, as far as a login by it is possible over plain TCP. */
function decoyOf(like: StoredCredentials, text: string): StoredCredentials {
  if (like.type !== "MQTT_BASIC") return accessToken(text);
  return { type: "MQTT_BASIC", id: text, clientId: "", userName: text, password: text };
}
