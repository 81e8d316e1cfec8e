import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { createServerIdentity } from "../../src/simulator/transports/server-identity.ts";
import { openBus } from "../../src/workers/bus/connection.ts";
import { createNatsAccounts } from "../support/nats-accounts.ts";
import { natsPrograms, type NatsServer, startNats } from "../support/nats-server.ts";
import { openPlace, type Place } from "./bus-place.ts";
import { onlyRun, readSummary } from "./rollcall.ts";
import { SECRET } from "./scenario.ts";

const PLAN = [
  "load={constant: {rate: 50}, devices: 40}",
  "fleet={}",
  "timeouts={connect: 4m, accept: 4m, answer: 4m, login: 4m}",
  "maxInFlight=10000",
  "thresholds=[]",
];
const program = natsPrograms[0];

it.skipIf(program !== undefined)("SKIPPED, no nats-server here (Debian: apt install nats-server)", () =>
  expect(program).toBeUndefined(),
);

describe.skipIf(program === undefined)("a bus behind TLS and accounts (SKIPPED without root and nats-server)", () => {
  const accounts = createNatsAccounts();
  let simulator: Simulator;
  let server: NatsServer;
  let here: Place;
  let url: string;
  const file = (name: string): string => join(here.folder, name);
  beforeAll(async () => {
    if (program === undefined) return;
    const profile = { name: "e2e", key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
    simulator = await startSimulator({ preset: "instant", profiles: [profile], seed: 1 });
    here = await openPlace(simulator, PLAN);
    const [own, client] = await Promise.all([createServerIdentity(), createServerIdentity()]);
    const tls = `tls: { cert_file: "${file("bus.pem")}", key_file: "${file("bus-key.pem")}", ca_file: "${file("client.pem")}", verify: true }`;
    await Promise.all([
      writeFile(file("bus.pem"), own.cert),
      writeFile(file("bus-key.pem"), own.key),
      writeFile(file("client.pem"), client.cert),
      writeFile(file("client-key.pem"), client.key),
      writeFile(file("user.creds"), accounts.creds, { mode: 0o600 }),
      writeFile(file("nats.conf"), `${tls}\n${accounts.config}\n`),
    ]);
    server = await startNats(program, ["-c", file("nats.conf")]);
    url = `tls://127.0.0.1:${server.port}`;
  });
  afterAll(async () => {
    await here[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await simulator.close();
  });
  const trusting = (): readonly string[] => ["--bus-ca", file("bus.pem")];
  const certified = (): readonly string[] => ["--bus-cert", file("client.pem"), "--bus-key", file("client-key.pem")];
  const known = (): readonly string[] => ["--bus-creds", file("user.creds")];

  it("carries a run, and whoever may listen to all of it reads no secret", async () => {
    const access = [...trusting(), ...certified(), ...known()];
    const text = (name: string) => readFile(file(name), "utf8");
    const listener = await openBus(
      {
        url,
        ca: await text("bus.pem"),
        certificate: await text("client.pem"),
        key: new Secret(await text("client-key.pem")),
        creds: new Secret(accounts.creds),
      },
      "listener",
      undefined,
    );
    const heard: Uint8Array[] = [];
    const subjects = new Set<string>();
    listener.nats.subscribe(">", {
      callback(_error, { subject, data }) {
        subjects.add(subject.split(".").slice(0, 2).join("."));
        heard.push(Uint8Array.from(data));
      },
    });
    await listener.nats.flush();
    const worker = await here.worker("only", url, ...access);
    const { stderr } = await here.run("--bus", url, "--workers", "1", "--wait", "60", ...access).finished;
    await listener.close();
    expect(stderr).not.toContain("warning: The bus");
    const run = await onlyRun(here.results);
    expect((await readSummary(run)).ledger).toMatchObject({ planned: 40, provisioned: 40, connected: 40 });
    const roster = await readFile(join(run, "roster-0.ndjson"), "utf8");
    const issued = [...roster.matchAll(/"(?:token|password)":"([^"]+)"/g)].map((match) => match[1] ?? "");
    expect(issued).toHaveLength(40);
    // It has heard places, conversations, leases and parcels of results.
    expect([...subjects]).toEqual(expect.arrayContaining(["rollcall.places", "rollcall.run", "$KV.rollcall-alive"]));
    expect(heard.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(5_000);
    const all = Buffer.concat(heard).toString("latin1");
    for (const secret of [SECRET, accounts.seed, "BEGIN PRIVATE KEY", ...issued]) expect(all).not.toContain(secret);
    worker.signal("SIGTERM");
    await worker.finished;
  });

  it.each([
    ["an authority", () => [...certified(), ...known()], /certificate/i, "--bus-ca"],
    ["credentials", () => [...trusting(), ...certified()], /authorization|authentication/i, "--bus-creds"],
    ["a client certificate", () => [...trusting(), ...known()], /timeout|certificate|closed/i, "--bus-cert"],
  ])("without %s: one clear error that says what to give, exit code 2", async (_what, options, reason, hint) => {
    const { code, stderr } = await here.run("--bus", url, "--workers", "1", ...options()).finished;
    expect(stderr).toContain(`No bus at ${url}`);
    expect(stderr).toMatch(reason);
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain("    at ");
    expect(stderr).not.toContain(accounts.seed);
    expect(code).toBe(2);
  });

  it("warns of a bus that is neither on this machine nor behind TLS", async () => {
    if (program === undefined) return;
    await using plain = await startNats(program);
    const other = `nats://0.0.0.0:${plain.port}`;
    const { stderr } = await here.run("--bus", other, "--workers", "1", "--wait", "1").finished;
    expect(stderr).toContain("warning: The bus is neither on this machine nor behind TLS");
    const { stderr: near } = await here.run("--bus", plain.url, "--workers", "1", "--wait", "1").finished;
    expect(near).not.toContain("warning: The bus");
  });
});
