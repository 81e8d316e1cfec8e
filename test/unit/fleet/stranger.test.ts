import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { strangerOf } from "../../../src/fleet/stranger.ts";
import type { CredentialsPlan, FleetPlan } from "../../../src/model/plan.ts";

const planWith = (mix: readonly CredentialsPlan[]) => ({
  prefix: "rc1",
  fleet: {
    count: 3,
    seed: 5,
    names: { from: "pattern", pattern: "{prefix}-{seq}" },
    mix,
    gateway: false,
    misbehaviours: [],
  } satisfies FleetPlan,
});

describe("a stranger", () => {
  it("has a certificate of its own and the key to it", async () => {
    const stranger = await strangerOf(planWith([{ type: "x509", weight: 1, key: "rsa-2048", form: "base64" }]))?.();
    if (stranger?.type !== "X509_CERTIFICATE") throw new Error("expected a certificate");
    const certificate = new X509Certificate(stranger.certificate);
    expect(certificate.subject).toBe("CN=rc1-stranger");
    expect(certificate.checkPrivateKey(createPrivateKey(stranger.privateKey?.reveal() ?? ""))).toBe(true);
  });

  it("is not needed by a fleet without certificates", () => {
    expect(strangerOf(planWith([{ type: "access-token", weight: 1, made: "server" }]))).toBeUndefined();
  });
});
