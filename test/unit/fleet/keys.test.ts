import { createPublicKey, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ecKeyOf } from "../../../src/fleet/ec-p256.ts";
import { createEd25519Key } from "../../../src/fleet/ed25519.ts";
import { createRsaKey } from "../../../src/fleet/rsa-2048.ts";

describe("EC P-256", () => {
  const key = ecKeyOf(0xc9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721n);

  it.each([
    [
      "sample",
      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
      "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    ],
    [
      "test",
      "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
      "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
    ],
  ])("signs %s as RFC 6979, A.2.5 does", (message, r, s) => {
    expect(Buffer.from(key.sign(Buffer.from(message))).toString("hex")).toBe(r + s);
  });

  it("makes signatures that OpenSSL takes", () => {
    const data = Buffer.from("any");
    const signature = key.sign(data);
    expect(verify("sha256", data, { key: key.publicKey, dsaEncoding: "ieee-p1363" }, signature)).toBe(true);
    expect(verify("sha256", Buffer.from("other"), { key: key.publicKey, dsaEncoding: "ieee-p1363" }, signature)).toBe(
      false,
    );
  });
});

describe("Ed25519 and RSA", () => {
  it.each([
    ["Ed25519", createEd25519Key, null],
    ["RSA", createRsaKey, "sha256"],
  ] as const)("%s: the same text gives the same key and signature, another text others", (_name, create, digest) => {
    const data = Buffer.from("any");
    const [one, same, other] = [create("a"), create("a"), create("b")];
    expect(one.sign(data)).toEqual(same.sign(data));
    expect(one.privateKey.equals(same.privateKey)).toBe(true);
    expect(one.privateKey.equals(other.privateKey)).toBe(false);
    expect(verify(digest, data, createPublicKey(one.privateKey), one.sign(data))).toBe(true);
    expect(verify(digest, data, other.publicKey, one.sign(data))).toBe(false);
  });

  it("RSA keys have 2048 bits and the usual exponent", () => {
    expect(createRsaKey("a").publicKey.asymmetricKeyDetails).toEqual({ modulusLength: 2048, publicExponent: 65_537n });
  });
});
