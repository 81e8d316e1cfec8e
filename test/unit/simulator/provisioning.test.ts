import { describe, expect, it } from "vitest";
import { type AskedCredentials, sha3 } from "../../../src/simulator/core/credentials.ts";
import { createDeviceStore } from "../../../src/simulator/core/device-store.ts";
import { loadFixtures } from "../../../src/simulator/core/fixtures.ts";
import { DEFAULT_TENANT, type SimulatedDevice } from "../../../src/simulator/options.ts";
import { type ProvisionRequest, createProvisioning } from "../../../src/simulator/core/provisioning.ts";
import { createRandom } from "../../../src/simulator/timing/random.ts";
import { traitsOf } from "../../../src/simulator/core/version-table.ts";

const NO_CREDENTIALS: AskedCredentials = {
  type: "ACCESS_TOKEN",
  token: "",
  clientId: "",
  username: "",
  password: "",
  hash: "",
};

function setUp(options: { version?: string; maxDevices?: number; devices?: readonly SimulatedDevice[] } = {}) {
  const traits = traitsOf(options.version ?? "4.2.1");
  if (traits === undefined) throw new Error("no such version");
  const random = createRandom(1);
  const store = createDeviceStore({ random, wall: () => 1_000, maxDevices: options.maxDevices ?? 0 });
  loadFixtures(store, {
    profiles: [
      { name: "create", key: "create", secret: "s", strategy: "allow-create" },
      { name: "check", key: "check", secret: "s", strategy: "pre-provisioned" },
      { name: "off", key: "off", secret: "s", strategy: "disabled" },
      { name: "chain", key: "", secret: "ca", strategy: "x509-chain" },
      { name: "elsewhere", key: "elsewhere", secret: "s", strategy: "allow-create", tenant: "another" },
    ],
    devices: options.devices ?? [],
  });
  const provisioning = createProvisioning({ store, random, traits });
  const decide = (
    request: Partial<Omit<ProvisionRequest, "credentials">> & { readonly credentials?: Partial<AskedCredentials> },
  ) =>
    provisioning.decide({
      deviceName: "d",
      key: "create",
      secret: "s",
      gateway: false,
      ...request,
      credentials: { ...NO_CREDENTIALS, ...request.credentials },
    });
  const status = (request: Parameters<typeof decide>[0]): string => decide(request)?.status ?? "no reply";
  return { store, decide, status };
}

describe("status decision order", () => {
  it("row 1: a blank name fails before the key is looked at", () => {
    expect(setUp().status({ deviceName: "  ", key: "" })).toBe("FAILURE");
  });

  it.each([{ key: "" }, { secret: "" }, { key: "nobody's" }, { secret: "wrong" }, { key: "check", secret: "wrong" }])(
    "rows 2, 3 and 6: not found with %j",
    (request) => {
      expect(setUp().status(request)).toBe("NOT_FOUND");
    },
  );

  it("row 5: each strategy", () => {
    const { status } = setUp();
    expect(status({ key: "create" })).toBe("SUCCESS");
    expect(status({ key: "check" })).toBe("FAILURE");
    expect(status({ key: "off" })).toBe("NOT_FOUND");
    expect(status({ key: sha3("ca"), secret: "wrong" })).toBe("no reply");
  });
});

describe("allow-create", () => {
  it("creates a name once, in any profile of the tenant, and once more in another tenant", () => {
    const { status } = setUp({ devices: [{ profile: "check", name: "there" }] });
    expect(status({})).toBe("SUCCESS");
    expect(status({})).toBe("FAILURE");
    expect(status({ deviceName: "there" })).toBe("FAILURE");
    expect(status({ key: "elsewhere" })).toBe("SUCCESS");
  });

  it("trims names, and makes 20 letters and digits where there is none", () => {
    const { status, store } = setUp();
    status({ deviceName: " \0padded\t " });
    status({ deviceName: "" });
    const [padded, made] = store.devices();
    expect(padded?.name).toBe("padded");
    expect(made?.name).toMatch(/^[A-Za-z\d]{20}$/);
    expect(made?.values.server.get("provisionState")).toBe("provisioned");
  });

  it.each(["x".repeat(256), "<b>x</b>", "{{x}}"])("refuses the name %j", (deviceName) => {
    expect(setUp().status({ deviceName })).toBe("FAILURE");
  });

  it("never answers a name with U+0000 in it, which the database cannot even be asked for", () => {
    expect(setUp().status({ deviceName: "a\0b" })).toBe("no reply");
    expect(setUp().status({ deviceName: "a\0b", key: "unknown" })).toBe("NOT_FOUND");
  });

  const ROWS: readonly (readonly [string, Partial<AskedCredentials>, string | undefined])[] = [
    ["ACCESS_TOKEN with token", { token: "t" }, "t"],
    ["ACCESS_TOKEN with username only", { username: "u" }, undefined],
    ["ACCESS_TOKEN with hash only", { hash: "h" }, undefined],
    ["MQTT_BASIC with username", { type: "MQTT_BASIC", username: "u" }, "u"],
    ["MQTT_BASIC with username and password", { type: "MQTT_BASIC", username: "u", password: "p" }, "u"],
    [
      "MQTT_BASIC with clientId",
      { type: "MQTT_BASIC", clientId: "test_clientId" },
      "3eabb72fa0908cae833970e2d63c52fc584b5460205da426d34f6934efa40497",
    ],
    [
      "MQTT_BASIC with both",
      { type: "MQTT_BASIC", clientId: "test_clientId", username: "test_username" },
      "b9f1b0bf238dddae689babba0a210fe42bc97ddb07620b5a07d7208dd5528db2",
    ],
    ["MQTT_BASIC with password only", { type: "MQTT_BASIC", password: "p" }, undefined],
    ["MQTT_BASIC with token only", { type: "MQTT_BASIC", token: "t" }, undefined],
    ["MQTT_BASIC with clientId and password", { type: "MQTT_BASIC", clientId: "c", password: "p" }, undefined],
    [
      "X509_CERTIFICATE with hash",
      { type: "X509_CERTIFICATE", hash: "testHash" },
      "57f6600424d6553263f1f32e0117012894a36fbf07e3e9c3c556272f86b7d985",
    ],
    [
      "X509_CERTIFICATE with token only",
      { type: "X509_CERTIFICATE", token: "t" },
      "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a",
    ],
    ["LWM2M_CREDENTIALS with any", { type: "LWM2M_CREDENTIALS", token: "t" }, undefined],
  ];
  it.each(ROWS)("%s", (_name, credentials, id) => {
    const { decide, store } = setUp();
    const reply = decide({ credentials });
    expect(reply?.status).toBe(id === undefined ? "FAILURE" : "SUCCESS");
    expect(store.deviceByName(DEFAULT_TENANT, "d")?.credentials.id).toBe(id);
  });

  it.each(["ACCESS_TOKEN", "MQTT_BASIC", "X509_CERTIFICATE", "LWM2M_CREDENTIALS"] as const)(
    "%s without any field: an access token is made",
    (type) => {
      expect(setUp().decide({ credentials: { type } })).toMatchObject({ credentials: { type: "ACCESS_TOKEN" } });
    },
  );

  it("strips a certificate's PEM lines and line breaks", () => {
    const hash = "-----BEGIN CERTIFICATE-----\nTUlJ\r\nQ0==\n-----END CERTIFICATE-----\n";
    const reply = setUp().decide({ credentials: { type: "X509_CERTIFICATE", hash } });
    expect(reply).toMatchObject({ credentials: { certificate: "TUlJQ0==", id: sha3("TUlJQ0==") } });
  });

  it("refuses credentials that anybody has, over types and tenants, and leaves nothing behind", () => {
    const { status, store } = setUp();
    status({ credentials: { token: "one" } });
    const before = store.size;
    const asBasic = { type: "MQTT_BASIC", username: "one", password: "x" } as const;
    expect(status({ deviceName: "e", credentials: asBasic })).toBe("FAILURE");
    expect(status({ deviceName: "e", key: "elsewhere", credentials: { token: "one" } })).toBe("FAILURE");
    expect(store.size).toBe(before);
    expect(store.deviceByName(DEFAULT_TENANT, "e")).toBeUndefined();
    expect(status({ deviceName: "e", credentials: { token: "two" } })).toBe("SUCCESS");
  });

  it("takes clientId a|b for clientId a and username b", () => {
    const { status } = setUp();
    expect(status({ credentials: { type: "MQTT_BASIC", clientId: "a|b" } })).toBe("SUCCESS");
    const both = { type: "MQTT_BASIC", clientId: "a", username: "b" } as const;
    expect(status({ deviceName: "e", credentials: both })).toBe("FAILURE");
  });

  it("stops at the tenant's limit", () => {
    const { status } = setUp({ maxDevices: 1 });
    expect(status({ deviceName: "a" })).toBe("SUCCESS");
    expect(status({ deviceName: "b" })).toBe("FAILURE");
    expect(status({ deviceName: "b", key: "elsewhere" })).toBe("SUCCESS");
  });

  it("flags a gateway from 3.8 on", () => {
    for (const [version, gateway] of [
      ["3.7", false],
      ["3.8", true],
    ] as const) {
      const { decide, store } = setUp({ version });
      decide({ gateway: true });
      expect(store.deviceByName(DEFAULT_TENANT, "d")?.gateway).toBe(gateway);
    }
  });
});

describe("pre-provisioned", () => {
  const devices: readonly SimulatedDevice[] = [
    { profile: "check", name: "d", credentials: { type: "MQTT_BASIC", username: "u" } },
    { profile: "check", name: "odd", provisionState: "odd" },
    { profile: "create", name: "other" },
  ];

  it("returns what the device has, with null for what it has not; its request's credentials are ignored", () => {
    const { decide } = setUp({ devices });
    expect(decide({ key: "check", credentials: { token: "t" } })).toMatchObject({
      status: "SUCCESS",
      credentials: { type: "MQTT_BASIC", clientId: null, userName: "u", password: null },
    });
  });

  it.each([
    ["3.6.4", "SUCCESS"],
    ["4.2.1", "SUCCESS"],
    ["4.2.1.1", "FAILURE"],
    ["4.3.1", "FAILURE"],
  ])("a repeat on %s: %s", (version, expected) => {
    const { status, store } = setUp({ version, devices });
    expect(status({ key: "check" })).toBe("SUCCESS");
    expect(status({ key: "check" })).toBe(expected);
    store.deviceByName(DEFAULT_TENANT, "d")?.values.server.delete("provisionState");
    expect(status({ key: "check" })).toBe("SUCCESS");
  });

  it("fails for an odd state, another profile's device and an unknown name", () => {
    const { status } = setUp({ devices });
    expect(status({ key: "check", deviceName: "odd" })).toBe("FAILURE");
    expect(status({ key: "check", deviceName: "other" })).toBe("FAILURE");
    expect(status({ key: "check", deviceName: "" })).toBe("FAILURE");
  });
});
