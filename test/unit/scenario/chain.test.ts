import { hash, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { INTERMEDIATE, ROOT } from "../../support/authority.ts";
import { load, mistakes } from "../../support/scenario-text.ts";

const CHAIN = `
name: chain
target: { tls: true }
provisioning:
  strategy: x509-chain
  chain: { certificate: chain.pem, key: { file: chain-key.pem }, commonName: "{name}.example.com" }
fleet: { count: 10 }
load: { closed: { concurrency: 2 } }
`;
const keyOf = (certificate: string) => hash("sha3-256", new X509Certificate(certificate).raw.toString("base64"));

describe("strategy x509-chain", () => {
  it("needs an authority and nothing else: every device has a certificate", () => {
    const { plan, warnings } = load(CHAIN);
    expect(warnings).toEqual([]);
    expect(plan.fleet.mix).toEqual([{ weight: 1, type: "x509", key: "ec-p256", form: "pem" }]);
    expect(plan.provisioning).toMatchObject({
      strategy: "x509-chain",
      key: keyOf(INTERMEDIATE.certificate),
      chain: {
        certificates: INTERMEDIATE.certificate + ROOT.certificate,
        commonName: "{name}.example.com",
        profileKeys: [keyOf(INTERMEDIATE.certificate), keyOf(ROOT.certificate)],
      },
    });
    // There is no empty secret in its place.
    expect(plan.provisioning).not.toHaveProperty("secret");
    expect(plan.provisioning.chain?.key.reveal()).toBe(INTERMEDIATE.key.trim());
    expect(JSON.stringify(plan)).not.toContain("PRIVATE KEY");
  });

  it("takes the key from the environment", () => {
    const { plan, warnings } = load(CHAIN, ["provisioning.chain.key=${CA_KEY}"], { CA_KEY: INTERMEDIATE.key });
    expect(plan.provisioning.chain?.key.reveal()).toBe(INTERMEDIATE.key);
    expect(warnings).toEqual([]);
  });

  it("has no use for key and secret of a profile", () => {
    expect(load(CHAIN, ["provisioning.key=k"]).warnings.join()).toContain("not used by strategy x509-chain");
  });

  it.each<[string, string, string]>([
    ["an authority that is not there", "provisioning.chain.certificate=nope.pem", "cannot be read"],
    ["an authority that is none", "provisioning.chain.certificate=names.txt", "there is no certificate in it"],
    [
      "certificates in another order",
      "provisioning.chain.certificate=unordered.pem",
      "certificate 2 in it has not signed",
    ],
    ["a key that is not there", "provisioning.chain.key={file: nope.pem}", "provisioning.chain.key.file is nope.pem"],
    ["a path instead of a key", "provisioning.chain.key=chain-key.pem", "write { file: its path }"],
    ["a key that is none", "provisioning.chain.key={file: chain.pem}", "it is no private key in PEM"],
    ["a key that cannot sign", "provisioning.chain.key={file: x448-key.pem}", "RSA, EC P-256, EC P-384 or Ed25519"],
    [
      "somebody else's key",
      "provisioning.chain.key={file: ca-key.pem}",
      "not the key of the first certificate in chain.pem",
    ],
    ["a common name without the name", "provisioning.chain.commonName=pump", "write {name}"],
    ["a common name that is too long", `provisioning.chain.commonName='{name}.${"x".repeat(60)}'`, "more than 64"],
    ["names that are too long", `fleet={names: [${"x".repeat(60)}]}`, "more than 64"],
    ["no TLS", "target.tls=false", "a certificate is shown over TLS only"],
    ["HTTP", "target={transport: http, tls: true}", "is a login over MQTT"],
    ["protobuf", "target.payload=protobuf", "has no request to encode"],
    ["tokens", "fleet.credentials=[x509, access-token]", "every device has a certificate"],
    ["certificates on one line", "fleet.credentials={type: x509, form: base64}", "leave form out"],
    ["gateways", "fleet.gateway=true", "cannot ask for a gateway"],
    ["names of the server's making", "fleet.names=server", "is taken from its certificate"],
    ["a wrong key", "fleet.misbehaviours={wrong-key: 10%}", "no request that could be wrong"],
    ["a repeated name", "fleet.misbehaviours={repeated-name: 10%}", "no request that could be wrong"],
  ])("does not go with %s", (_, override, fix) => {
    const found = mistakes(CHAIN, [override]);
    expect(found.join("\n")).toContain(fix);
    expect(found).toHaveLength(1);
  });

  it("goes with sockets that dawdle", () => {
    expect(load(CHAIN, ["fleet.misbehaviours={slow-socket: 10%}"]).plan.fleet.misbehaviours).toHaveLength(1);
  });
});
