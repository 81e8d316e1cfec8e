import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSimulator, type Simulator } from "../../src/simulator/simulator.ts";
import { ROLLCALL_VERSION } from "../../src/model/version.ts";
import { type Bus, openBus } from "../../src/workers/bus/connection.ts";
import { placeSubject, runLease } from "../../src/workers/bus/names.ts";
import { createKeyPair } from "../../src/workers/bus/seal.ts";
import { openShared } from "../../src/workers/bus/stores.ts";
import { natsPrograms, type NatsServer, startNats } from "../support/nats-server.ts";
import { openPlace } from "./bus-place.ts";
import { onlyRun, readSummary } from "./rollcall.ts";
import { SECRET } from "./scenario.ts";

const PLAN = ["load={closed: {concurrency: 5}}", "fleet={count: 20}", "rollCall.concurrency=5"];
const [program] = natsPrograms;

it.skipIf(program !== undefined)("SKIPPED, no nats-server here (Debian: apt install nats-server)", () =>
  expect(program).toBeUndefined(),
);

describe.skipIf(program === undefined)("workers without a run (SKIPPED without nats-server)", () => {
  let server: NatsServer;
  let simulator: Simulator;
  let bus: Bus;
  beforeAll(async () => {
    if (program === undefined) return;
    server = await startNats(program);
    const profile = { name: "e2e", key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
    simulator = await startSimulator({ preset: "instant", profiles: [profile], seed: 1 });
    bus = await openBus({ url: server.url }, "test", undefined);
  });
  afterAll(async () => {
    await bus.close();
    await simulator.close();
    await server[Symbol.asyncDispose]();
  });

  /** As a coordinator leaves it that is gone at the moment at which a worker takes its place. */
  async function offerPlaceOfNobody(run: string): Promise<void> {
    const place = { run, rollcall: ROLLCALL_VERSION, coordinator: createKeyPair().publicKey, leaseMs: 1_000 };
    await (await openShared(bus)).put(runLease(run), "{}");
    await bus.js.publish(placeSubject(run), JSON.stringify(place));
  }

  it("take part in the next one, when too few had come", async () => {
    await using here = await openPlace(simulator, PLAN);
    const worker = await here.worker("left", server.url);
    const alone = here.run("--bus", server.url, "--workers", "2", "--wait", "1");
    const { code, stderr } = await alone.finished;
    expect(code).toBe(2);
    expect(stderr).toMatch(/[01] of 2 workers had come\./);
    expect(stderr).not.toContain("its place is free again");
    const next = await here.run("--bus", server.url, "--workers", "1").finished;
    expect([0, 5], `said: ${next.stderr}`).toContain(next.code);
    expect((await readSummary(await onlyRun(here.results))).ledger).toMatchObject({ planned: 20, connected: 20 });
    worker.signal("SIGTERM");
    expect((await worker.finished).code).toBe(0);
  });

  it("take part in the next one, when its coordinator left as they came", async () => {
    await using here = await openPlace(simulator, PLAN);
    await offerPlaceOfNobody("aaaaaa");
    await here.worker("left", server.url);
    const next = await here.run("--bus", server.url, "--workers", "1", "--set", "fleet.prefix=next").finished;
    expect([0, 5], `said: ${next.stderr}`).toContain(next.code);
  });

  it("say that there is no bus yet, and why, and wait until there is one", async () => {
    if (program === undefined) return;
    await using own = await startNats(program);
    await own.kill();
    await using here = await openPlace(simulator, PLAN);
    const worker = here.command("worker", "--bus", own.url, "--name", "early");
    await worker.shows(`No bus at ${own.url}`);
    await worker.shows("Trying again until there is one.");
    await own.restart();
    await worker.shows("waiting for a run");
    worker.signal("SIGTERM");
    const { code, stderr } = await worker.finished;
    expect(code).toBe(0);
    const said = stderr.split("\n").filter((line) => line.includes("No bus at"));
    expect(said).toEqual([...new Set(said)]);
  });

  it("say so where the bus does not let them in, and end when they are told to", async () => {
    if (program === undefined) return;
    await using closed = await startNats(program, ["--user", "somebody", "--pass", "known"]);
    await using here = await openPlace(simulator, PLAN);
    const worker = here.command("worker", "--bus", closed.url, "--name", "stranger");
    await worker.shows("--bus-creds");
    worker.signal("SIGTERM");
    const { code, stderr } = await worker.finished;
    expect(stderr).toMatch(/No bus at .*: .*authorization/i);
    expect(code).toBe(0);
  });

  it("end when they are told to, also while they wait for a coordinator that has left", async () => {
    await using here = await openPlace(simulator, PLAN);
    await offerPlaceOfNobody("bbbbbb");
    const worker = await here.worker("left", server.url);
    worker.signal("SIGTERM");
    expect((await worker.finished).code).toBe(0);
  });
});
