import { describe, expect, it } from "vitest";
import { createFleet } from "../../../src/fleet/fleet.ts";
import type { FleetPlan } from "../../../src/model/plan.ts";
import { seq } from "../../../src/model/units.ts";

const plan = (fleet: Partial<FleetPlan>, prefix = "rc-1-") => ({
  prefix,
  fleet: {
    count: 100,
    seed: 7,
    names: { from: "pattern", pattern: "{prefix}{seq:6}" },
    mix: [{ type: "mqtt-basic", weight: 1, fields: ["clientId", "username", "password"] }],
    gateway: false,
    misbehaviours: [],
    ...fleet,
  } satisfies FleetPlan,
});

describe("names", () => {
  const nameOf = (names: FleetPlan["names"], index: number) => createFleet(plan({ names })).device(seq(index)).name;

  it("fills in a pattern", () => {
    expect(nameOf({ from: "pattern", pattern: "{prefix}{seq:6}" }, 42)).toBe("rc-1-000042");
    expect(nameOf({ from: "pattern", pattern: "a{seq}b{prefix}c{seq:2}{other}" }, 123)).toBe("a123brc-1-c123{other}");
    expect(nameOf({ from: "pattern", pattern: "same" }, 3)).toBe("same");
  });

  it("takes them from a list, leaves them out or sends them blank", () => {
    expect(nameOf({ from: "list", names: ["one", "two"] }, 1)).toBe("two");
    expect(nameOf({ from: "server" }, 1)).toBeUndefined();
    expect(nameOf({ from: "blank" }, 1)).toBe("");
  });
});

describe("credentials", () => {
  it("are three independent strings for mqtt-basic, the clientId within the limit of MQTT 3.1", () => {
    const credentials = createFleet(plan({})).device(seq(5)).credentials;
    if (credentials?.type !== "MQTT_BASIC") throw new Error("expected MQTT_BASIC");
    expect(credentials.clientId).toMatch(/^[a-z2-9]{20}$/);
    expect(credentials.username).toMatch(/^rc-1-[a-z2-9]{16}$/);
    expect(credentials.password?.reveal()).toMatch(/^[a-z2-9]{20}$/);
  });

  it("have only the fields that the plan names, and keep the others' values", () => {
    const all = createFleet(plan({})).device(seq(5)).credentials;
    const some = createFleet(plan({ mix: [{ type: "mqtt-basic", weight: 1, fields: ["username"] }] })).device(
      seq(5),
    ).credentials;
    if (all?.type !== "MQTT_BASIC" || some?.type !== "MQTT_BASIC") throw new Error("expected MQTT_BASIC");
    expect(some).toEqual({
      type: "MQTT_BASIC",
      clientId: undefined,
      username: all.username,
      password: undefined,
    });
  });

  it("are a token with the prefix, or none if the server makes it", () => {
    const given = createFleet(plan({ mix: [{ type: "access-token", weight: 1, made: "given" }] })).device(seq(0));
    if (given.credentials?.type !== "ACCESS_TOKEN") throw new Error("expected ACCESS_TOKEN");
    expect(given.credentials.token.reveal()).toMatch(/^rc-1-[a-z2-9]{20}$/);
    const made = createFleet(plan({ mix: [{ type: "access-token", weight: 1, made: "server" }] })).device(seq(0));
    expect(made.credentials).toBeUndefined();
  });

  it("keep their values from release to release", () => {
    expect(JSON.stringify(createFleet(plan({})).device(seq(0)))).toMatchInlineSnapshot(
      `"{"seq":0,"name":"rc-1-000000","credentials":{"type":"MQTT_BASIC","clientId":"yfisgq8ynuu6k3d5x6g6","username":"rc-1-q2n4m8iyt5ta3fdd","password":"[redacted]"},"gateway":false}"`,
    );
  });

  it("refuse an empty mix and certificates that nobody made", () => {
    expect(() => createFleet(plan({ mix: [] }))).toThrow(RangeError);
    const fleet = createFleet(plan({ mix: [{ type: "x509", weight: 1, key: "ec-p256", form: "pem" }] }));
    expect(() => fleet.device(seq(0))).toThrow("made ahead");
  });
});

it("a device carries its seq and the gateway flag", () => {
  expect(createFleet(plan({ gateway: true })).device(seq(9))).toMatchObject({ seq: 9, gateway: true });
});
