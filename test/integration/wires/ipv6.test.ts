import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../../src/model/secret.ts";
import { leadsToLoopback } from "../../../src/wires/socket/several-addresses.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { createAdministration } from "../../../src/thingsboard/admin.ts";
import { fateOf, targetOf } from "../../support/device-fate.ts";
import { load, MINIMAL } from "../../support/scenario-text.ts";
import { startProxyGate } from "../../support/proxy-gate.ts";

const here = await canListen("::1");

async function canListen(host: string): Promise<boolean> {
  const server = createServer();
  const listening = once(server, "listening").then(
    () => true,
    () => false,
  );
  server.listen(0, host);
  const can = await listening;
  if (can) await new Promise((resolve) => server.close(resolve));
  return can;
}

/** The zone of the loopback has a name on Linux alone. */
const zone = existsSync("/sys/class/net/lo") ? "lo" : "1";

describe.skipIf(!here)(`IPv6${here ? "" : " (SKIPPED without IPv6)"}`, () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ host: "::1", http: {}, coap: {} });
  });
  afterAll(() => simulator.close());

  const ports = (): Readonly<Record<string, number>> => ({
    lean: simulator.port,
    mqtt: simulator.port,
    http: simulator.httpPort ?? 0,
    coap: simulator.coapPort ?? 0,
  });

  describe.each(["lean", "mqtt", "http", "coap"] as const)("over %s", (which) => {
    it.each(["::1", "[::1]", "0:0:0:0:0:0:0:1", `::1%${zone}`, `[::1%${zone}]`])("%s in a scenario", async (host) => {
      const { plan } = load(MINIMAL, [`target.host="${host}"`]);
      const target = targetOf(which, ports()[which] ?? 0, { host: plan.target.host });
      expect(await fateOf(target)).toBe("connected");
    });
  });

  it.each(["lean", "http"] as const)("is in the header of a proxied connection, over %s", async (which) => {
    const four = await startSimulator({ http: {} });
    await using gate = await startProxyGate(
      (which === "http" ? four.httpPort : four.port) ?? 0,
      { header: true },
      "::1",
    );
    for (const proxyProtocol of ["v1", "v2"] as const) {
      expect(await fateOf(targetOf(which, gate.port, { host: `::1%${zone}`, proxyProtocol }))).toBe("connected");
    }
    expect(new Set(gate.headers)).toEqual(new Set(["PROXY TCP6 ::1 ::1"]));
    await four.close();
  });

  it.each(["[::1]", `[::1%25${zone}]`, `[::1%${zone}]`])("an administrator at %s is asked", async (host) => {
    const admin = {
      url: `http://${host}:${simulator.httpPort}`,
      username: "tenant@thingsboard.org",
      password: new Secret("tenant"),
      apiKey: undefined,
      tls: undefined,
    };
    const administration = createAdministration(admin);
    const { authority } = await administration.account(new AbortController().signal);
    expect(authority).toBe("TENANT_ADMIN");
    await administration.close();
  });

  it("with a zone is as near as without", async () => {
    expect(await leadsToLoopback(`::1%${zone}`)).toBe(await leadsToLoopback("::1"));
  });
});
