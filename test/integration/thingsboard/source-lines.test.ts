import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepareCertificates } from "../../../src/fleet/certificates.ts";
import { createFleet } from "../../../src/fleet/fleet.ts";
import { createThrowawayAuthority } from "../../../src/fleet/throwaway-authority.ts";
import { NO_SLOT } from "../../../src/generator/backing-off.ts";
import { createClock } from "../../../src/generator/clock.ts";
import { provisionDevice } from "../../../src/generator/flow.ts";
import { loginDevice } from "../../../src/generator/login-device.ts";
import type { Device } from "../../../src/model/device.ts";
import type { Plan, Target, TlsPlan } from "../../../src/model/plan.ts";
import { Secret } from "../../../src/model/secret.ts";
import { seq } from "../../../src/model/units.ts";
import { monotonic } from "../../../src/processes/monotonic.ts";
import { readJournal } from "../../../src/record/journal.ts";
import { createRecorder } from "../../../src/record/recorder.ts";
import { journalPath } from "../../../src/record/shard-files.ts";
import { createLogin, createProvisioner } from "../../../src/runs/wiring/wire.ts";
import { DEFAULT_PROFILE } from "../../../src/simulator/options.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { createServerIdentity } from "../../../src/simulator/transports/server-identity.ts";
import { DEVICE, timeoutsWith } from "../../contract/provisioner-contract.ts";
import { unusedPort } from "../../contract/scripted-server.ts";
import { chainPlan } from "../../support/chain-plan.ts";
import { targetOf } from "../../support/device-fate.ts";
import { startProxyGate } from "../../support/proxy-gate.ts";
import { header } from "../../unit/record/samples.ts";
import { planOf } from "../../unit/runs/plan.ts";
import { testFolder } from "../../support/temporary-folder.ts";

/** Linux has all of 127.0.0.0/8. */
const FROM = ["127.0.0.2", "127.0.0.3"];
const NEVER = new AbortController().signal;

let folder: string;
let trusting: TlsPlan;
let simulator: Simulator;
/** The authority whose certificates a gate lets in, and one of its. */
let authority: string;
let shown: NonNullable<TlsPlan["identity"]>;
const identity = await createServerIdentity();
const chain = chainPlan();

beforeAll(async () => {
  folder = testFolder();
  const caFile = join(folder, "ca.pem");
  await writeFile(caFile, identity.cert);
  trusting = { caFile, serverName: undefined, insecure: false };
  const gateway = await createThrowawayAuthority("fleet", "fleet");
  authority = gateway.certificate;
  const { certificate, privateKey } = await gateway.certify("gateway", "gateway");
  shown = { certificateFile: join(folder, "gateway.pem"), keyFile: join(folder, "gateway-key.pem") };
  await writeFile(shown.certificateFile, certificate);
  await writeFile(shown.keyFile, privateKey.reveal(), { mode: 0o600 });
  simulator = await startSimulator({
    http: {},
    tls: identity,
    profiles: [
      DEFAULT_PROFILE,
      {
        name: "chain",
        key: "",
        secret: chain.certificates,
        strategy: "x509-chain",
        namePattern: "^(.*)$",
        allowCreateByChain: true,
      },
    ],
  });
});
afterAll(async () => {
  await simulator.close();
});

/** What the journal says of these devices, which are provisioned all at once, and called all at once. */
async function saidOf(plan: Plan, devices: readonly Device[]): Promise<readonly string[]> {
  const clock = createClock(monotonic(), monotonic);
  const own = testFolder();
  const recorder = createRecorder({ folder: own, shard: { index: 0, count: 1 }, header: header(0, 1), clock });
  const provisioner = await createProvisioner(plan);
  const login = await createLogin(plan, false);
  const issued = await Promise.all(
    devices.map((device) => {
      const arrival = { seq: device.seq, phase: 0, intended: undefined };
      const flow = { clock, fleet: { device: () => device }, provisioner, sink: recorder };
      return provisionDevice(flow, arrival, () => undefined, NEVER, NO_SLOT);
    }),
  );
  const called = { clock, login, sink: recorder, keep: undefined };
  await Promise.all(issued.flatMap((each) => (each === undefined ? [] : [loginDevice(called, each, "after", NEVER)])));
  await recorder.finish("complete");
  await Promise.all([provisioner.close(), login.close()]);
  const said: string[] = [];
  for await (const line of readJournal(journalPath(own, 0))) {
    if (line.kind === "outcome") said.push(`${line.outcome.source}: ${line.outcome.result.state}`);
    if (line.kind === "roll-call") said.push(`${line.entry.source}: ${line.entry.verdict.state}`);
  }
  return said.toSorted();
}

describe.each(["lean", "mqtt"] as const)("the journal of the chain strategy, client %s", (client) => {
  const plan = (target: Target): Plan =>
    planOf([], {
      target,
      timeouts: timeoutsWith(undefined),
      provisioning: { strategy: "x509-chain", profile: undefined, key: "", secret: undefined, chain },
    });

  async function devices(): Promise<readonly Device[]> {
    const fleet = {
      count: 2,
      seed: 1,
      gateway: false,
      misbehaviours: [],
      names: { from: "pattern", pattern: `${client}-{seq}` },
      mix: [{ type: "x509", key: "ec-p256", form: "pem", weight: 1 }],
    } as const;
    const own = { prefix: "p", provisioning: { chain }, fleet };
    const silent = { onProgress: () => undefined, keys: undefined };
    const made = createFleet(own, await prepareCertificates(own, { index: 0, count: 1 }, silent, NEVER));
    return [made.device(seq(0)), made.device(seq(1))];
  }

  it("says of each login that provisions, and of each in the roll call, where it came from", async () => {
    const target = targetOf(client, simulator.tlsPort ?? 0, { tls: trusting, from: FROM });
    expect(await saidOf(plan(target), await devices())).toEqual([
      "127.0.0.2: connected",
      "127.0.0.2: provisioned",
      "127.0.0.3: connected",
      "127.0.0.3: provisioned",
    ]);
  });

  it("says it of one that could not be connected", async () => {
    const target = targetOf(client, await unusedPort(), { tls: trusting, from: FROM });
    expect(await saidOf(plan(target), await devices())).toEqual(["127.0.0.2: failed", "127.0.0.3: failed"]);
  });
});

describe("the journal of HTTP behind a proxy that demands a PROXY header", () => {
  const { key, secret } = DEFAULT_PROFILE;
  const plan = (target: Target): Plan =>
    planOf([], {
      target,
      timeouts: timeoutsWith(undefined),
      provisioning: {
        strategy: "allow-create",
        profile: undefined,
        key,
        secret: new Secret(secret),
        secretSource: "",
      },
    });
  const devices = (name: string): readonly Device[] =>
    [0, 1].map((index) => ({ ...DEVICE, seq: seq(index), name: `${name}-${index}` }));

  it.each(["plain", "TLS"])("says the address that is in the header, %s", async (how) => {
    const secured = how === "TLS" ? { ...identity, ca: authority } : undefined;
    await using gate = await startProxyGate(simulator.httpPort ?? 0, {
      header: true,
      ...(secured && { tls: secured }),
    });
    const tls = secured && { ...trusting, identity: shown };
    const target = targetOf("http", gate.port, { proxyProtocol: "v2", from: FROM, tls });
    expect(await saidOf(plan(target), devices(how))).toEqual([
      "127.0.0.2: connected",
      "127.0.0.2: provisioned",
      "127.0.0.3: connected",
      "127.0.0.3: provisioned",
    ]);
    // A connection each for the requests and for the logins.
    const [second, third] = FROM.map((address) => `PROXY TCP4 ${address} 127.0.0.1`);
    expect(gate.headers.toSorted()).toEqual([second, second, third, third]);
  });

  it("says it of one whose connection was kept", async () => {
    await using gate = await startProxyGate(simulator.httpPort ?? 0, { header: true });
    const target = targetOf("http", gate.port, { proxyProtocol: "v1", from: FROM });
    const provisioner = await createProvisioner(plan(target));
    const told: (string | undefined)[] = [];
    for (const device of devices("kept")) {
      await provisioner.provision(device, (stage, address) => stage === "leaving" && told.push(address), NEVER);
    }
    await provisioner.close();
    expect(told).toHaveLength(2);
    expect(gate.headers).toEqual([...new Set(told)].map((address) => `PROXY TCP4 ${address} 127.0.0.1`));
  });

  it.each(["nobody listens", "the proxy demands another header"])("says it of one where %s", async (why) => {
    // Without a header the gate ends the connection.
    await using gate = await startProxyGate(simulator.httpPort ?? 0, { header: true });
    const target =
      why === "nobody listens"
        ? targetOf("http", await unusedPort(), { proxyProtocol: "v2", from: FROM })
        : targetOf("http", gate.port, { from: FROM });
    expect(await saidOf(plan(target), devices("failed"))).toEqual(["127.0.0.2: failed", "127.0.0.3: failed"]);
  });
});
