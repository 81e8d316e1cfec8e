import type { PeerCertificates } from "./certificates.ts";
import { certificateCredentials, sha3 } from "./credentials.ts";
import type { DeviceStore, ProfileRecord } from "./device-store.ts";
import { findDeviceByCertificate } from "./login.ts";

export interface ChainDeps {
  readonly store: DeviceStore;
}

/**
 * Strategy X509_CERTIFICATE_CHAIN (DTA:255-282, DPS:100-130): for each certificate from leaf to root, a device that has it
 * ends the search; a profile whose key is its sha3 creates the leaf's device, or gives the known device the new certificate.
 */
export function provisionByChain({ store }: ChainDeps, peer: PeerCertificates): void {
  for (const certificate of peer.chain) {
    if (findDeviceByCertificate(store, certificate) !== undefined) return;
    const profile = store.profileByKey(sha3(certificate));
    if (profile?.settings.strategy === "x509-chain") {
      provisionLeaf(store, profile, peer);
      return;
    }
  }
}

function provisionLeaf(store: DeviceStore, profile: ProfileRecord, peer: PeerCertificates): void {
  const name = new RegExp(profile.settings.namePattern).exec(peer.commonName)?.[1] ?? "";
  if (name === "") return;
  const credentials = certificateCredentials(peer.leaf);
  const known = store.deviceByName(profile.tenant, name);
  if (known !== undefined) {
    if (known.profile === profile && known.credentials.type === "X509_CERTIFICATE") {
      store.replaceCredentials(known, credentials);
    }
    return;
  }
  if (!profile.settings.allowCreateByChain) return;
  const created = store.createDevice({ profile, name, credentials, gateway: false });
  if (typeof created === "string") return;
  created.attributes.server.set("provisionState", "provisioned");
  // The client is told by being admitted.
  created.told = "told";
}
