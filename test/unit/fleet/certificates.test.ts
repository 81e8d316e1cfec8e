import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { KeyStore } from "../../../src/fleet/certificate-ports.ts";
import { prepareCertificates } from "../../../src/fleet/certificates.ts";
import { createFleet } from "../../../src/fleet/fleet.ts";
import type { CredentialsPlan, FleetPlan } from "../../../src/model/plan.ts";
import type { Shard } from "../../../src/model/ports.ts";
import { seq } from "../../../src/model/units.ts";

const never = new AbortController().signal;
const whole: Shard = { index: 0, count: 1 };
const silent = { onProgress: () => {}, keys: undefined };

const plan = (mix: readonly CredentialsPlan[], options: { count?: number; prefix?: string } = {}) => ({
  prefix: options.prefix ?? "p-",
  fleet: {
    count: options.count ?? 3,
    seed: 5,
    names: { from: "pattern", pattern: "{prefix}device{seq:3}" },
    mix,
    gateway: false,
    misbehaviours: [],
  } satisfies FleetPlan,
});
const x509 = (key: "ec-p256" | "ed25519" | "rsa-2048", form: "pem" | "base64" = "pem"): CredentialsPlan => ({
  type: "x509",
  weight: 1,
  key,
  form,
});

const issued = async (of: ReturnType<typeof plan>, index: number, shard = whole, keys?: KeyStore) => {
  const certificates = await prepareCertificates(of, shard, { ...silent, keys }, never);
  const credentials = createFleet(of, certificates).device(seq(index)).credentials;
  if (credentials?.type !== "X509_CERTIFICATE") throw new Error("expected a certificate");
  return { certificate: credentials.certificate, privateKey: credentials.privateKey?.reveal() ?? "" };
};

describe("certificates", () => {
  it.each(["ec-p256", "ed25519", "rsa-2048"] as const)(
    "%s: self-signed, named, long-lived, with its key",
    async (key) => {
      const { certificate, privateKey } = await issued(plan([x509(key)], { count: 1 }), 0);
      const parsed = new X509Certificate(certificate);
      expect(parsed.subject).toBe("CN=p-device000");
      expect(parsed.verify(parsed.publicKey)).toBe(true);
      expect(parsed.checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
      expect(parsed.validTo).toBe("Dec 31 23:59:59 2049 GMT");
      expect(parsed.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    },
  );

  it("of a run that goes on with another begin where its seqs do", async () => {
    const { prefix, fleet } = plan([x509("ec-p256")], { count: 3 });
    const later = { prefix, fleet: { ...fleet, firstSeq: seq(7) } };
    const { certificate } = await issued(later, 9, { index: 1, count: 2 });
    expect(new X509Certificate(certificate).subject).toBe("CN=p-device009");
    await expect(issued(later, 0)).rejects.toThrow("no certificate was made for device 0");
  });

  it("are the same in every generator, and their keys in every run", async () => {
    const fleet = plan([x509("ec-p256")], { count: 4 });
    const alone = await issued(fleet, 3);
    expect(await issued(fleet, 3, { index: 1, count: 2 })).toEqual(alone);
    const nextRun = await issued(plan([x509("ec-p256")], { count: 4, prefix: "q-" }), 3);
    expect(nextRun.privateKey).toBe(alone.privateKey);
    expect(nextRun.certificate).not.toBe(alone.certificate);
  });

  it("come as PEM or as one line of base64 of the same bytes", async () => {
    const pem = await issued(plan([x509("ed25519", "pem")]), 1);
    const base64 = await issued(plan([x509("ed25519", "base64")]), 1);
    expect(pem.certificate.replaceAll(/-----[^-]+-----|\n/g, "")).toBe(base64.certificate);
    expect(base64.certificate).toMatch(/^[A-Za-z0-9+/]+=*$/);
  });

  it("are made for the devices of the shard that have one, with progress", async () => {
    const fleet = plan([x509("ed25519"), { type: "access-token", weight: 1, made: "given" }], { count: 40 });
    const seen: number[] = [];
    const onProgress = (done: number, total: number) => seen.push(done, total);
    const certificates = await prepareCertificates(fleet, { index: 1, count: 2 }, { ...silent, onProgress }, never);
    expect(seen).toEqual([16, 20, 20, 20]);
    const own = createFleet(fleet, certificates);
    const types = Array.from({ length: 20 }, (_, index) => own.device(seq(2 * index + 1)).credentials?.type);
    expect(new Set(types)).toEqual(new Set(["X509_CERTIFICATE", "ACCESS_TOKEN"]));
    expect(() => certificates?.of(seq(0), "pem")).toThrow("no certificate was made for device 0");
  });

  it("are not made where none is wanted, and no longer once stopped", async () => {
    expect(
      await prepareCertificates(plan([{ type: "access-token", weight: 1, made: "given" }]), whole, silent, never),
    ).toBeUndefined();
    const reason = new Error("stopped");
    await expect(prepareCertificates(plan([x509("ed25519")]), whole, silent, AbortSignal.abort(reason))).rejects.toBe(
      reason,
    );
  });

  it("take slow keys from the store, where the run before has left them", async () => {
    const kept = new Map<string, Uint8Array>();
    const keys: KeyStore = {
      read: (id) => Promise.resolve(kept.get(id)),
      write: (id, pkcs8) => Promise.resolve(void kept.set(id, pkcs8)),
    };
    const fleet = plan([x509("rsa-2048")], { count: 2 });
    const first = await issued(fleet, 1, whole, keys);
    expect([...kept.keys()].every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
    expect(kept.size).toBe(2);
    const writes = { ...keys, write: () => Promise.reject(new Error("nothing is left to write")) };
    expect(await issued(fleet, 1, whole, writes)).toEqual(first);
  });
});
