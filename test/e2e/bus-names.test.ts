import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSimulator, type Simulator } from "../../src/simulator/simulator.ts";
import { type DnsServer, startDnsServer } from "../support/dns-server.ts";
import { natsPrograms, type NatsServer, startNats } from "../support/nats-server.ts";
import { expectBalance, openPlace, type Place } from "./bus-place.ts";
import { onlyRun, readSummary } from "./rollcall.ts";
import { SECRET } from "./scenario.ts";

const program = natsPrograms[0];

it.skipIf(program !== undefined)("SKIPPED, no nats-server here (Debian: apt install nats-server)", () =>
  expect(program).toBeUndefined(),
);

describe.skipIf(program === undefined)("a name that workers follow (SKIPPED without nats-server)", () => {
  let nats: NatsServer;
  let names: DnsServer;
  let simulator: Simulator;
  let workers: Place;
  let two: readonly string[];
  beforeAll(async () => {
    if (program === undefined) return;
    nats = await startNats(program);
    names = await startDnsServer({});
    const profile = { name: "e2e", key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
    simulator = await startSimulator({
      host: ["127.0.0.2", "127.0.0.3", "127.0.0.4"],
      preset: "instant",
      profiles: [profile],
      seed: 1,
    });
    workers = await openPlace({ port: 1 }, []);
    await workers.worker("left", nats.url);
    await workers.worker("right", nats.url);
    two = ["--bus", nats.url, "--workers", "2", "--generators-per-worker", "1"];
  });
  afterAll(async () => {
    await workers[Symbol.asyncDispose]();
    await simulator.close();
    await names[Symbol.asyncDispose]();
    await nats[Symbol.asyncDispose]();
  });

  it.each(["other", "each"] as const)(
    "logs each device in at %s address, whichever the name has by then",
    async (at) => {
      // The first look is the coordinator's, before the load; whoever asks later is told of another node.
      const first = { ttl: 1, addresses: ["127.0.0.2", "127.0.0.3"] };
      const later = { ttl: 1, addresses: ["127.0.0.3", "127.0.0.4"] };
      const name = `${at}.test`;
      names.zone = { [name]: [first, ...Array.from({ length: 1_000 }, () => later)] };
      await using here = await openPlace(simulator, []);
      const sets = [
        "provisioning.key=e2e-key",
        `target.dns={servers: ["${names.address}"], follow: true}`,
        "load={constant: {rate: 10}, devices: 30}",
        "fleet={}",
        `rollCall={at: ${at}}`,
        "timeouts={connect: 4m, accept: 4m, answer: 4m, login: 4m}",
        "thresholds=[]",
      ].flatMap((set) => ["--set", set]);
      const aim = ["--host", name, "--port", String(simulator.port), "--out", here.results];
      const { code, stdout, stderr } = await here.command(
        "run",
        join(here.folder, "small.yaml"),
        ...sets,
        ...aim,
        ...two,
      ).finished;
      expect([0, 5], `${stdout}\n${stderr}`).toContain(code);
      const summary = await readSummary(await onlyRun(here.results));
      expectBalance(summary);
      expect(summary.ledger).toMatchObject({ planned: 30, provisioned: 30, connected: 30 });
      const pairs = summary.logins?.pairs ?? [];
      const logins = pairs.reduce((sum, pair) => sum + pair.logins, 0);
      expect(logins).toBe(at === "other" ? 30 : 60);
      const elsewhere = pairs.filter(({ issuedAt, place }) => issuedAt !== place);
      expect(elsewhere.reduce((sum, pair) => sum + pair.logins, 0)).toBeGreaterThanOrEqual(30);
      expect(summary.places?.reduce((sum, { devices }) => sum + devices, 0)).toBe(30);
    },
  );
});
