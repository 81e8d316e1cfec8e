import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Device } from "../../../src/model/device.ts";
import { Secret } from "../../../src/model/secret.ts";
import { seq, usFromMs } from "../../../src/model/units.ts";
import type { OpenSession, SessionEvents } from "../../../src/wires/mqtt/session.ts";
import { createChainProvisioner } from "../../../src/thingsboard/chain-provisioner.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const folder = testFolder();
const caFile = join(folder, "ca.pem");
writeFileSync(caFile, "of no use here");

const device: Device = {
  seq: seq(0),
  name: "pump",
  credentials: { type: "X509_CERTIFICATE", certificate: "leaf\n", privateKey: new Secret("key") },
  gateway: false,
  misbehaviour: undefined,
};

/** Provisions over a session in memory, which ends with this CONNACK code so long after the handshake began. */
function provision(code: number, afterMs: number) {
  let events: SessionEvents | undefined;
  let shown: unknown;
  const openSession: OpenSession = ({ endpoint }, given) => {
    shown = endpoint.tls?.identity;
    events = given;
    return { subscribe() {}, publish() {}, listen() {}, disconnect() {}, destroy() {} };
  };
  const far = usFromMs(60_000);
  const provisioner = createChainProvisioner({
    target: {
      transport: "mqtt",
      host: "tb",
      port: 8883,
      mqttVersion: "3.1.1",
      payload: "json",
      tls: { caFile, serverName: undefined, insecure: false },
    },
    chain: { certificates: "authority\n" },
    timeouts: { connect: far, accept: far, answer: far, login: far },
    openSession,
  });
  const stages: string[] = [];
  const reply = provisioner.provision(device, (stage) => stages.push(stage), new AbortController().signal);
  events?.opened?.("127.0.0.1");
  events?.shown?.();
  vi.advanceTimersByTime(afterMs);
  events?.ended({ kind: "refused", code });
  return { reply, stages, shown };
}

describe("a CONNACK that refuses", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is the answer while the server waits for its own core", async () => {
    const { reply, stages } = provision(5, 9_900);
    expect(await reply).toEqual({ status: "NOT_AUTHORIZED", message: "CONNACK 5 not authorised" });
    expect(stages).toEqual(["connected", "sent", "answered"]);
  });

  it("says nothing once the server has given up waiting: the device may yet be created", async () => {
    const { reply, stages } = provision(5, 10_100);
    await expect(reply).rejects.toMatchObject({ kind: "session-refused", nothingMade: false });
    expect(stages).not.toContain("answered");
  });

  it("says nothing where the server is in trouble", async () => {
    const { reply, stages } = provision(3, 100);
    await expect(reply).rejects.toMatchObject({ kind: "session-refused", detail: "CONNACK 3 server unavailable" });
    expect(stages).not.toContain("answered");
  });

  it("comes to who shows the device's certificate with the authority's behind it", async () => {
    const { reply, shown } = provision(5, 0);
    await reply;
    expect(shown).toEqual({ certificate: "leaf\nauthority\n", privateKey: new Secret("key") });
    expect(vi.getTimerCount()).toBe(0);
  });
});
