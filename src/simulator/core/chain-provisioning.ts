import type { PeerCertificates } from "./certificates.ts";
import { certificateCredentials, sha3 } from "./credentials.ts";
import type { DeviceRecord, DeviceStore, ProfileRecord } from "./device-store.ts";
import { findDeviceByCertificate } from "./login.ts";
import type { Random } from "../timing/random.ts";

export interface ChainDeps {
  readonly store: DeviceStore;
  readonly random: Random;
}

const RANDOM_NAME_LENGTH = 20;

/**
 * Strategy X509_CERTIFICATE_CHAIN (DTA:255-282): for each certificate from leaf to root, a device that has it ends the search,
 * and so does a profile whose key is its sha3. Undefined: none has, or a device.
 */
export function profileOfChain({ store }: Pick<ChainDeps, "store">, peer: PeerCertificates): ProfileRecord | undefined {
  for (const certificate of peer.chain) {
    if (findDeviceByCertificate(store, certificate) !== undefined) return undefined;
    const profile = store.profileByKey(sha3(certificate));
    if (profile?.settings.strategy === "x509-chain") return profile;
  }
  return undefined;
}

/** What the common name gives as the device's name; undefined: the profile's pattern does not match. */
export function nameInChain(profile: ProfileRecord, { commonName }: PeerCertificates): string | undefined {
  return new RegExp(profile.settings.namePattern).exec(commonName)?.[1];
}

/**
 * Creates the leaf's device, or gives the known one the new certificate (DPS:100-130). The certificate's validity is not
 * looked at: an expired one creates a device too, and is refused at CONNECT. Gives what was created.
 */
export function provisionByChain(
  { store, random }: ChainDeps,
  profile: ProfileRecord,
  peer: PeerCertificates,
): DeviceRecord | undefined {
  const found = nameInChain(profile, peer);
  if (found === undefined) return undefined;
  const credentials = certificateCredentials(peer.leaf);
  const known = store.deviceByName(profile.tenant, found);
  if (known?.profile === profile) {
    if (known.credentials.type === "X509_CERTIFICATE") store.replaceCredentials(known, credentials);
    return undefined;
  }
  if (!profile.settings.allowCreateByChain) return undefined;
  // As for any request without a name (DPS:213-217).
  const name = found === "" ? random.alphanumerics(RANDOM_NAME_LENGTH) : found;
  const created = store.createDevice({ profile, name, credentials, gateway: false });
  if (typeof created === "string") return undefined;
  created.values.server.set("provisionState", "provisioned");
  created.told = "pending";
  return created;
}
