import type { Examination } from "../../src/doctor/examination.ts";
import { known, unknown } from "../../src/doctor/fact.ts";
import type { ServerFacts } from "../../src/model/administration.ts";
import { load, MINIMAL } from "./scenario-text.ts";

const AT = Date.parse("2026-06-01T00:00:00Z");

/** A ThingsBoard 4.2.1 in order, as an administrator sees it, and the minimal scenario with `set`. */
export function examination(set: readonly string[] = [], other: Partial<Examination> = {}): Examination {
  const { plan } = load(MINIMAL, set);
  return {
    plan,
    ofTenant: 1,
    examinedAt: AT,
    name: known({ kind: "address" }),
    port: known({ kind: "open", ms: 1 }),
    tls: unknown("target.tls is not set"),
    greeting: known({ kind: "thingsboard", ms: 1, said: "CONNACK 0 accepted" }),
    administrator: administrator({}),
    usage: known({ devices: 0, maxDevices: 0, transportMessages: 0, maxTransportMessages: 0 }),
    transportState: known("ENABLED"),
    limits: known({ messages: undefined, deviceMessages: undefined, gatewayMessages: undefined, rest: undefined }),
    profile: known({ byKey: undefined, byName: undefined }),
    names: known({ asked: [], existing: [] }),
    earlierProbes: known([]),
    probe: known({
      device: "probe",
      prepared: false,
      answer: { state: "provisioned", credentialsType: "MQTT_BASIC", roundTripMs: 90 },
      roundTripsMs: [90, 50, 60],
      login: { state: "connected" },
      loginMs: 25,
      control: { result: "refused", detail: "5 not authorised" },
      again: { state: "connected" },
      removal: { state: "removed" },
      skew: { least: -20, most: 30 },
    }),
    machine: [],
    workers: [],
    scenario: { warnings: [], freshNames: true, longestClientId: undefined },
    ...other,
  };
}

/** Let in, on a server with these facts. */
export function administrator(facts: Partial<ServerFacts>): Examination["administrator"] {
  const server = { version: "4.2.1", edition: "CE", time: undefined, ...facts };
  return known({
    kind: "admitted",
    server,
    account: { authority: "TENANT_ADMIN", tenant: "t" },
    askedAt: AT,
    answeredAt: AT,
  });
}
