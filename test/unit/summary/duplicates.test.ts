import { describe, expect, it } from "vitest";
import type { Credentials } from "../../../src/model/device.ts";
import type { Issued } from "../../../src/model/entry.ts";
import { Secret } from "../../../src/model/secret.ts";
import { seq } from "../../../src/model/units.ts";
import { identityHash } from "../../../src/record/credential-identity.ts";
import { findDuplicates, type RosterReader } from "../../../src/summary/duplicates.ts";

function rosterOf(credentials: readonly Credentials[]): RosterReader {
  return readerOf(credentials.map((each, index) => ({ seq: seq(index), name: `d${index}`, credentials: each })));
}

function readerOf(devices: readonly Issued[]): RosterReader {
  return {
    async *issued() {
      yield* devices;
    },
    async *hashes() {
      for (const { credentials } of devices) yield [identityHash(credentials)];
    },
  };
}

const token = (text: string): Credentials => ({ type: "ACCESS_TOKEN", token: new Secret(text) });
const basic = (clientId: string | undefined, username: string | undefined, password = "p"): Credentials => ({
  type: "MQTT_BASIC",
  clientId,
  username,
  password: new Secret(password),
});
const certificate = (text: string): Credentials => ({
  type: "X509_CERTIFICATE",
  certificate: text,
  privateKey: undefined,
});

describe("duplicates", () => {
  it.each<[string, Credentials, Credentials, boolean]>([
    ["the same token", token("a"), token("a"), true],
    ["two tokens", token("a"), token("b"), false],
    ["a token and a user name alone", token("a"), basic(undefined, "a"), true],
    ["a token and a client id", token("a"), basic("a", undefined), false],
    ["two passwords of one login", basic("c", "u", "1"), basic("c", "u", "2"), true],
    ["client a|b, and client a with user b", basic("a|b", ""), basic("a", "b"), true],
    [
      "a certificate as PEM and as one line",
      certificate("-----BEGIN CERTIFICATE-----\nAB\nCD\n-----END CERTIFICATE-----"),
      certificate("ABCD"),
      true,
    ],
    ["no login at all", basic("", ""), basic(undefined, undefined), false],
    ["LwM2M", { type: "LWM2M_CREDENTIALS" }, { type: "LWM2M_CREDENTIALS" }, false],
  ])("%s", async (_, a, b, shared) => {
    const found = await findDuplicates(rosterOf([a, b]), 2);
    expect(found).toEqual(shared ? { count: 1, groups: [["d0", "d1"]] } : { count: 0, groups: [] });
  });

  it("are the same however many passes it takes, in the order of their devices", async () => {
    const credentials = Array.from({ length: 300 }, (_, index) =>
      token(index % 100 < 3 ? `shared-${index % 100}` : `${index}`),
    );
    for (const passSize of [1_000, 100, 7]) {
      expect(await findDuplicates(rosterOf(credentials), 300, passSize)).toEqual({
        count: 3,
        groups: [0, 1, 2].map((which) => [`d${which}`, `d${100 + which}`, `d${200 + which}`]),
      });
    }
  });

  it("are not one device that is listed twice", async () => {
    const device = { seq: seq(1), name: undefined, credentials: token("a") };
    expect(await findDuplicates(readerOf([device, device]), 2)).toEqual({ count: 0, groups: [] });
  });

  it("are counted all and named as far as 20 groups of 20", async () => {
    const credentials = Array.from({ length: 1_000 }, (_, index) => token(`${index % 25}`));
    const { count, groups } = await findDuplicates(rosterOf(credentials), 1_000);
    expect([count, groups.length, groups[0]?.length]).toEqual([25, 20, 20]);
  });
});
