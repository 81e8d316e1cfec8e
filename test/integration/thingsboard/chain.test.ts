import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createServer } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { prepareCertificates } from "../../../src/fleet/certificates.ts";
import { createFleet } from "../../../src/fleet/fleet.ts";
import { strangerOf } from "../../../src/fleet/stranger.ts";
import type { Device } from "../../../src/model/device.ts";
import type { Stage } from "../../../src/model/outcome.ts";
import type { FleetPlan, MqttVersion, Target, TlsPlan } from "../../../src/model/plan.ts";
import { type Reply, WireError } from "../../../src/model/ports.ts";
import { seq, usFromMs } from "../../../src/model/units.ts";
import type { Fault } from "../../../src/simulator/core/faults.ts";
import { DEFAULT_TENANT, type SimulatedDevice } from "../../../src/simulator/options.ts";
import { createServerIdentity } from "../../../src/simulator/transports/server-identity.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { createChainProvisioner } from "../../../src/thingsboard/chain-provisioner.ts";
import { createMqttLogin } from "../../../src/thingsboard/mqtt-login.ts";
import type { OpenSession } from "../../../src/wires/mqtt/session.ts";
import { CLIENTS } from "../../contract/mqtt-harness.ts";
import { chainPlan } from "../../support/chain-plan.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const clients = Object.entries(CLIENTS);
const never = new AbortController().signal;
const chain = chainPlan("{name}.example.com");
const plan = {
  prefix: "p",
  provisioning: { chain },
  fleet: {
    count: 2,
    seed: 1,
    names: { from: "pattern", pattern: "pump-{seq}" },
    mix: [{ type: "x509", key: "ec-p256", form: "pem", weight: 1 }],
    gateway: false,
    misbehaviours: [],
  } satisfies FleetPlan,
};
const folder = testFolder();
const caFile = join(folder, "ca.pem");
const trusting: TlsPlan = { caFile, serverName: undefined, insecure: false };
const identity = await createServerIdentity();
let first: Device;
let second: Device;

beforeAll(async () => {
  await writeFile(caFile, identity.cert);
  const silent = { onProgress: () => undefined, keys: undefined };
  const fleet = createFleet(plan, await prepareCertificates(plan, { index: 0, count: 1 }, silent, never));
  [first, second] = [fleet.device(seq(0)), fleet.device(seq(1))];
});

function targetOf(port: number, tls: TlsPlan = trusting, mqttVersion: MqttVersion = "3.1.1"): Target {
  return { transport: "mqtt", host: "127.0.0.1", port, mqttVersion, payload: "json", tls };
}

/** Far away, but for the one that a test waits for. */
function timeoutsOf(near: Partial<Record<"connect" | "answer", number>> = {}) {
  const { connect = 20_000, answer = 20_000 } = near;
  const far = usFromMs(20_000);
  return { connect: usFromMs(connect), accept: far, answer: usFromMs(answer), login: far };
}

async function provision(
  openSession: OpenSession,
  target: Target,
  device: Device,
  timeouts = timeoutsOf(),
  stop = never,
) {
  const stages: Stage[] = [];
  const provisioner = createChainProvisioner({ target, chain, timeouts, openSession });
  const reply = await provisioner
    .provision(device, (stage) => stage !== "leaving" && stages.push(stage), stop)
    .catch((error: unknown): WireError => {
      if (error instanceof WireError) return error;
      throw error;
    });
  return { stages, reply };
}

const failureOf = (reply: Reply | WireError) =>
  reply instanceof WireError ? { kind: reply.kind, nothingMade: reply.nothingMade } : reply;

describe.each(clients)("the chain strategy against the simulator, client %s", (_, openSession) => {
  let simulator: Simulator;
  afterEach(() => simulator.close());

  async function start(
    options: {
      readonly allowCreate?: boolean;
      readonly devices?: readonly SimulatedDevice[];
      readonly fault?: Fault;
    } = {},
  ): Promise<number> {
    simulator = await startSimulator({
      profiles: [
        {
          name: "chain",
          key: "",
          secret: chain.certificates,
          strategy: "x509-chain",
          namePattern: "^(.*)\\.example\\.com$",
          allowCreateByChain: options.allowCreate ?? true,
        },
      ],
      devices: options.devices ?? [],
      faults: options.fault === undefined ? [] : [options.fault],
      tls: identity,
    });
    return simulator.tlsPort ?? 0;
  }
  const stored = (name: string) => simulator.store.deviceByName(DEFAULT_TENANT, name);

  it.each(["3.1.1", "5"] as const)(
    "provisions by the login and logs in by the certificate alone, MQTT %s",
    async (version) => {
      const target = targetOf(await start(), trusting, version);
      const { stages, reply } = await provision(openSession, target, first);
      expect(stages).toEqual(["connected", "sent", "answered"]);
      expect(reply).toEqual({ status: "SUCCESS", credentials: first.credentials });
      expect(stored("pump-0")).toMatchObject({ told: "told" });

      const login = createMqttLogin({ target, timeouts: timeoutsOf(), keepAliveSeconds: 60, keep: false, openSession });
      if (first.credentials === undefined) throw new Error("the fleet has certificates");
      expect((await login.login(first.credentials, () => undefined, never)).verdict).toEqual({ state: "connected" });
      const stranger = await strangerOf(plan)?.();
      if (stranger === undefined) throw new Error("a fleet of certificates has a stranger");
      expect((await login.login(stranger, () => undefined, never)).verdict).toMatchObject({ state: "refused" });
      expect(stored("p-stranger")).toBeUndefined();
    },
  );

  it("is refused by a profile that creates nothing, for good", async () => {
    const { stages, reply } = await provision(openSession, targetOf(await start({ allowCreate: false })), first);
    expect(reply).toEqual({ status: "NOT_AUTHORIZED", message: "CONNACK 5 not authorised" });
    expect(stages).toContain("answered");
    const stranger = await provision(openSession, targetOf(simulator.tlsPort ?? 0, trusting, "5"), second);
    expect(stranger.reply).toMatchObject({ status: "NOT_AUTHORIZED", message: "CONNACK 0x87 not authorised" });
  });

  it("gives a device that exists its new certificate, and does not touch one with another kind of credentials", async () => {
    const devices = ["pump-0", "pump-1"].map((name) => ({ profile: "chain", name }));
    const certificate = { type: "X509_CERTIFICATE", certificate: "MIIB" } as const;
    const [old, token] = devices;
    if (old === undefined || token === undefined) throw new Error("two devices");
    const port = await start({ devices: [{ ...old, credentials: certificate }, token] });
    expect((await provision(openSession, targetOf(port), first)).reply).toMatchObject({ status: "SUCCESS" });
    expect((await provision(openSession, targetOf(port), second)).reply).toMatchObject({ status: "NOT_AUTHORIZED" });
    expect(stored("pump-1")?.credentials.type).toBe("ACCESS_TOKEN");
  });

  it.each([
    ["creates and never answers", { kind: "ghost" }, ["answer-timeout"], "ghost"],
    ["loses the request", { kind: "drop" }, ["answer-timeout"], undefined],
    ["closes", { kind: "close" }, ["closed-before-accept", "connection-reset"], undefined],
  ] as const)("does not know the outcome when the server %s", async (_, fault, kinds, told) => {
    const { stages, reply } = await provision(
      openSession,
      targetOf(await start({ fault })),
      first,
      timeoutsOf({ answer: 150 }),
    );
    expect(reply).toMatchObject({ kind: expect.toBeOneOf([...kinds]) as string, nothingMade: false });
    expect(stages).toEqual(["connected", "sent"]);
    await expect.poll(() => stored("pump-0")?.told).toBe(told);
  });

  it("shows no certificate to a server that it does not trust", async () => {
    const nobody: TlsPlan = { ...trusting, caFile: undefined };
    const { reply } = await provision(openSession, targetOf(await start(), nobody), first);
    expect(failureOf(reply)).toEqual({ kind: "tls-failed", nothingMade: true });
    await simulator.close();
    expect(simulator.store.size).toBe(0);
  });
});

describe.each(clients)("the chain strategy before the certificate is shown, client %s", (_, openSession) => {
  it("waits for the handshake as for the answer, of a server that never shakes hands", async () => {
    await using server = await startTls(() => undefined, "silent");
    const { stages, reply } = await provision(openSession, targetOf(server.port), first, timeoutsOf({ answer: 100 }));
    expect(failureOf(reply)).toEqual({ kind: "answer-timeout", nothingMade: true });
    expect(stages).toEqual(["connected", "sent"]);
  });

  it("aborts", async () => {
    await using server = await startTls(() => undefined, "silent");
    const stop = new AbortController();
    const provisioner = createChainProvisioner({
      target: targetOf(server.port),
      chain,
      timeouts: timeoutsOf(),
      openSession,
    });
    const reply = provisioner.provision(first, (stage) => stage === "sent" && stop.abort(), stop.signal);
    await expect(reply).rejects.toMatchObject({ kind: "aborted", nothingMade: true });
    await expect(provisioner.provision(first, () => undefined, stop.signal)).rejects.toMatchObject({ kind: "aborted" });
  });

  it("in TLS 1.2 has shown it before it knows whether to trust", async () => {
    const seen = Promise.withResolvers<string>();
    await using server = await startTls(
      (socket) => seen.resolve(String(socket.getPeerCertificate().subject?.CN)),
      "1.2",
    );
    const nobody: TlsPlan = { ...trusting, caFile: undefined };
    const { reply } = await provision(openSession, targetOf(server.port, nobody), first);
    expect(failureOf(reply)).toEqual({ kind: "tls-failed", nothingMade: false });
    expect(await seen.promise).toBe("pump-0.example.com");
  });
});

/** A server that ends the handshake by TLS 1.2 at most, or does not begin it. */
async function startTls(onSession: (socket: TLSSocket) => void, how: "silent" | "1.2") {
  const tls = { ...identity, requestCert: true, rejectUnauthorized: false, maxVersion: "TLSv1.2" as const };
  const server = how === "1.2" ? createTlsServer(tls, onSession) : createServer();
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket: { destroy(): void }) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
