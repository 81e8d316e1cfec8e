import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createThrowawayAuthority } from "../../../src/fleet/throwaway-authority.ts";
import type { TlsPlan } from "../../../src/model/plan.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { createServerIdentity, type ServerIdentity } from "../../../src/simulator/transports/server-identity.ts";
import { fateOf, targetOf } from "../../support/device-fate.ts";
import { startProxyGate } from "../../support/proxy-gate.ts";
import { testFolder } from "../../support/temporary-folder.ts";

/** HTTP, and both clients of MQTT. */
const CLIENTS = ["lean", "mqtt", "http"] as const;
type Which = (typeof CLIENTS)[number];

let folder: string;
let identity: ServerIdentity;
let simulator: Simulator;
let trusting: TlsPlan;
/** The authority whose certificates a gate lets in, one of its, and one of nobody's. */
let authority: string;
let shown: NonNullable<TlsPlan["identity"]>;
let strange: NonNullable<TlsPlan["identity"]>;

beforeAll(async () => {
  folder = testFolder();
  identity = await createServerIdentity();
  await writeFile(join(folder, "ca.pem"), identity.cert);
  trusting = { caFile: join(folder, "ca.pem"), serverName: undefined, insecure: false };
  const fleet = await createThrowawayAuthority("fleet", "fleet");
  authority = fleet.certificate;
  const keep = async (name: string, of: typeof fleet) => {
    const { certificate, privateKey } = await of.certify(name, name);
    const files = { certificateFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}-key.pem`) };
    await writeFile(files.certificateFile, certificate);
    await writeFile(files.keyFile, privateKey.reveal(), { mode: 0o600 });
    return files;
  };
  shown = await keep("gateway", fleet);
  strange = await keep("stranger", await createThrowawayAuthority("others", "others"));
  simulator = await startSimulator({ http: {}, tls: identity });
});
afterAll(async () => {
  await simulator.close();
});

const backOf = (which: Which): number => (which === "http" ? (simulator.httpPort ?? 0) : simulator.port);

describe.each(CLIENTS)("%s through a proxy that demands a PROXY header", (which) => {
  it.each(["v1", "v2"] as const)("%s is taken", async (proxyProtocol) => {
    await using gate = await startProxyGate(backOf(which), { header: true });
    expect(await fateOf(targetOf(which, gate.port, { proxyProtocol }))).toBe("connected");
    expect(new Set(gate.headers)).toEqual(new Set(["PROXY TCP4 127.0.0.1 127.0.0.1"]));
    expect(gate.refused).toBe(0);
  });

  it.each(["v1", "v2"] as const)("%s comes before TLS", async (proxyProtocol) => {
    await using gate = await startProxyGate(backOf(which), { header: true, tls: { ...identity, ca: authority } });
    const tls = { ...trusting, identity: shown };
    expect(await fateOf(targetOf(which, gate.port, { proxyProtocol, tls }))).toBe("connected");
    expect(new Set(gate.headers)).toEqual(new Set(["PROXY TCP4 127.0.0.1 127.0.0.1"]));
  });

  it("none is the end of the connection", async () => {
    await using gate = await startProxyGate(backOf(which), { header: true });
    expect(await fateOf(targetOf(which, gate.port, {}))).toBe("connection-reset");
    expect(gate.headers).toEqual([]);
    expect(gate.refused).toBe(1);
  });
});

describe.each(CLIENTS)("%s through a proxy that demands a client's certificate", (which) => {
  // Whether the refusal is a failure of the handshake or an end after it is a matter of TLS's version and of who refuses.
  it.each<[string, () => NonNullable<TlsPlan["identity"]> | undefined, RegExp]>([
    ["one of its authority: lets it in", () => shown, /^connected$/],
    ["one of another: does not", () => strange, /^(?:tls-failed|closed-before-(?:accept|answer)|connection-reset)$/],
    ["none: does not", () => undefined, /^(?:tls-failed|closed-before-(?:accept|answer)|connection-reset)$/],
  ])("%s", async (_, client, expected) => {
    await using gate = await startProxyGate(backOf(which), { tls: { ...identity, ca: authority } });
    const own = client();
    const tls = own === undefined ? trusting : { ...trusting, identity: own };
    expect(await fateOf(targetOf(which, gate.port, { tls }))).toMatch(expected);
  });
});

it.each(["lean", "mqtt"] as const)(
  "ThingsBoard's own TLS port takes a client's certificate for the device's, client %s",
  async (which) => {
    const target = targetOf(which, simulator.tlsPort ?? 0, { tls: { ...trusting, identity: shown } });
    expect(await fateOf(target)).toBe("refused");
  },
);

it.each(["lean", "mqtt"] as const)(
  "a simulated ThingsBoard that demands a header, plain and over TLS, client %s",
  async (which) => {
    const demanding = await startSimulator({ proxyProtocol: true, tls: identity });
    try {
      for (const [port, tls] of [
        [demanding.port, undefined],
        [demanding.tlsPort ?? 0, trusting],
      ] as const) {
        expect(await fateOf(targetOf(which, port, { tls, proxyProtocol: "v1" }))).toBe("connected");
        expect(await fateOf(targetOf(which, port, { tls, proxyProtocol: "v2" }))).toBe("connected");
        expect(await fateOf(targetOf(which, port, { tls }))).not.toBe("connected");
      }
    } finally {
      await demanding.close();
    }
  },
);
