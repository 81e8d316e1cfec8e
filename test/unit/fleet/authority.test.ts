import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { prepareCertificates } from "../../../src/fleet/certificates.ts";
import { strangerOf } from "../../../src/fleet/stranger.ts";
import type { ChainPlan, FleetPlan } from "../../../src/model/plan.ts";
import { Secret } from "../../../src/model/secret.ts";
import { seq } from "../../../src/model/units.ts";
import { INTERMEDIATE } from "../../support/authority.ts";
import { chainPlan } from "../../support/chain-plan.ts";

const never = new AbortController().signal;
const planWith = (chain: ChainPlan, key: "ec-p256" | "ed25519" = "ec-p256") => ({
  prefix: "p",
  provisioning: { chain },
  fleet: {
    count: 2,
    seed: 5,
    names: { from: "pattern", pattern: "{prefix}-{seq}" },
    mix: [{ type: "x509", weight: 1, key, form: "pem" }],
    gateway: false,
    misbehaviours: [],
  } satisfies FleetPlan,
});

async function leafOf(chain: ChainPlan, key?: "ed25519"): Promise<X509Certificate> {
  const silent = { onProgress: () => undefined, keys: undefined };
  const certificates = await prepareCertificates(planWith(chain, key), { index: 0, count: 1 }, silent, never);
  return new X509Certificate(certificates?.of(seq(1), "pem").certificate ?? "");
}

describe("certificates under an authority", () => {
  const authority = new X509Certificate(INTERMEDIATE.certificate);

  it.each(["ec-p256", "ed25519"] as const)("are signed by it, with a key of %s of their own", async (kind) => {
    const leaf = await leafOf(chainPlan("{name}.example.com"), kind === "ed25519" ? kind : undefined);
    expect(leaf.subject).toBe("CN=p-1.example.com");
    expect(leaf.checkIssued(authority)).toBe(true);
    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect(leaf.publicKey.equals(authority.publicKey)).toBe(false);
  });

  it("are the same each time they are made", async () => {
    expect((await leafOf(chainPlan())).raw).toEqual((await leafOf(chainPlan())).raw);
  });

  it.each([
    ["RSA", generateKeyPairSync("rsa", { modulusLength: 2048 })],
    ["EC P-384", generateKeyPairSync("ec", { namedCurve: "P-384" })],
    ["Ed25519", generateKeyPairSync("ed25519")],
  ])("can be signed with a key of %s", async (_, { privateKey, publicKey }) => {
    const key = new Secret(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
    const leaf = await leafOf({ ...chainPlan(), key });
    expect(leaf.verify(publicKey)).toBe(true);
  });
});

describe("a stranger among certificates under an authority", () => {
  it("is signed by another authority of the same name, which it shows", async () => {
    const stranger = await strangerOf(planWith(chainPlan("{name}.example.com")))?.();
    if (stranger?.type !== "X509_CERTIFICATE") throw new Error("expected a certificate");
    const blocks = stranger.certificate.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
    const [leaf, alien] = blocks.map((block) => new X509Certificate(block));
    const authority = new X509Certificate(INTERMEDIATE.certificate);
    expect(leaf?.subject).toBe("CN=p-stranger.example.com");
    expect(alien?.subject).toBe(authority.subject);
    expect(leaf?.verify(alien?.publicKey ?? authority.publicKey)).toBe(true);
    expect(leaf?.verify(authority.publicKey)).toBe(false);
  });
});
