import { describe, expect, it } from "vitest";
import { createDeviceStore } from "../../../src/simulator/core/device-store.ts";
import { loadFixtures } from "../../../src/simulator/core/fixtures.ts";
import { findDevice, findDeviceByToken } from "../../../src/simulator/core/login.ts";
import { createRandom } from "../../../src/simulator/timing/random.ts";

const store = createDeviceStore({ random: createRandom(1), wall: () => 0, maxDevices: 0 });
const basic = (username?: string, clientId?: string, password?: string) =>
  ({
    type: "MQTT_BASIC",
    ...(username === undefined ? {} : { username }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(password === undefined ? {} : { password }),
  }) as const;
loadFixtures(store, {
  profiles: [{ name: "p", key: "k", secret: "s", strategy: "allow-create" }],
  devices: [
    { profile: "p", name: "token", credentials: { type: "ACCESS_TOKEN", token: "t" } },
    { profile: "p", name: "user", credentials: basic("u") },
    { profile: "p", name: "user+password", credentials: basic("up", undefined, "p") },
    { profile: "p", name: "client", credentials: basic(undefined, "c") },
    { profile: "p", name: "client+user", credentials: basic("u2", "c2") },
    { profile: "p", name: "all", credentials: basic("u3", "c3", "p3") },
    { profile: "p", name: "all, and its user is a token", credentials: basic("t", "c4", "p4") },
    { profile: "p", name: "certificate", credentials: { type: "X509_CERTIFICATE", certificate: "cert" } },
  ],
});

/** clientId, userName, password, and who gets in. */
const TABLE: readonly (readonly [string, string, string | undefined, string | undefined])[] = [
  ["any", "t", undefined, "token"],
  ["any", "t", "any", "token"],
  ["", "t", undefined, "token"],
  ["t", "", "t", undefined],
  ["any", "u", undefined, "user"],
  ["any", "u", "any", "user"],
  ["any", "up", "p", "user+password"],
  ["any", "up", "wrong", undefined],
  ["any", "up", undefined, undefined],
  ["c", "", undefined, "client"],
  ["c", "", "any", "client"],
  ["c", "x", undefined, undefined],
  ["c2", "u2", undefined, "client+user"],
  ["c2", "u2", "any", "client+user"],
  ["other", "u2", undefined, undefined],
  ["c3", "u3", "p3", "all"],
  ["c3", "u3", "wrong", undefined],
  ["c3", "u3", undefined, undefined],
  ["other", "u3", "p3", undefined],
  ["c4", "t", "p4", "all, and its user is a token"],
  ["c4", "t", "wrong", undefined],
  ["other", "t", "p4", "token"],
  ["cert", "cert", undefined, undefined],
  ["", "", undefined, undefined],
  ["nobody", "", undefined, undefined],
];

describe("login algorithm", () => {
  it.each(TABLE)("clientId %j, user %j, password %j: %s", (clientId, userName, password, device) => {
    expect(findDevice(store, { clientId, userName, password })?.name).toBe(device);
  });

  it("HTTP takes access tokens only", () => {
    expect(findDeviceByToken(store, "t")?.name).toBe("token");
    expect(findDeviceByToken(store, "u")).toBeUndefined();
    expect(findDeviceByToken(store, "nobody")).toBeUndefined();
  });
});
