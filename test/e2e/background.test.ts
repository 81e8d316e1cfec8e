import { chmod, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Summary } from "../../src/model/summary.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { startInProcess } from "../support/in-process.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

/** A run whose 60 devices are there when the next one begins, and what that one is held against: the simulator's own counts. */
let simulator: Simulator;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let scenario: string;
let earlier: string;
/** Messages of devices that the simulator had taken before this test. */
let taken: number;
let runs = 0;

beforeAll(async () => {
  simulator = await startSimulator({
    http: {},
    profiles: [{ name: "p", key: "e2e-key", secret: SECRET, strategy: "allow-create" }],
  });
  folder = await temporaryFolder();
  scenario = await writeScenario(folder.path);
  const before = join(folder.path, "before");
  const proving = set("rollCall.proof=telemetry");
  await rollcallHere("run", scenario, ...place(), "--out", before, "--quiet", ...proving).finished;
  earlier = await onlyRun(before);
});

afterAll(async () => {
  await simulator.close();
  await folder[Symbol.asyncDispose]();
});

beforeEach(() => {
  simulator.strike([]);
  taken = simulator.stats().messages;
});

const takenNow = (): number => simulator.stats().messages - taken;

const place = () => ["--host", "127.0.0.1", "--port", String(simulator.port)];
const plain = (text: string): string => text.replaceAll(/\s+/g, " ");
const LOAD = ["load={constant: {rate: 100}, devices: 40}", "fleet={}"];

function set(...values: readonly string[]): readonly string[] {
  return values.flatMap((value) => ["--set", value]);
}

async function runWith(background: string, ...sets: readonly string[]) {
  runs += 1;
  const out = join(folder.path, `after-${runs}`);
  const given = set(...LOAD, `background={roster: ${earlier}, connectRate: 1000, ${background}}`, ...sets);
  const said = await rollcallHere("run", scenario, ...place(), "--out", out, "--full", ...given).finished;
  const run = await onlyRun(out);
  return { ...said, run, summary: await readSummary(run) };
}

function asAdministrator(...args: readonly string[]) {
  const admin = ["--admin-url", `http://127.0.0.1:${simulator.httpPort}`, "--admin-user", "tenant@thingsboard.org"];
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  return rollcallHere(...args, ...admin).finished.finally(() => vi.unstubAllEnvs());
}

function backgroundOf({ background }: Summary): NonNullable<Summary["background"]> {
  if (background === undefined) throw new Error("there is no background");
  return background;
}

describe("a background", () => {
  it.each(["lean", "mqtt"])("publishes while others are provisioned, by the %s client", async (client) => {
    const { summary, stdout, stderr, code } = await runWith(
      "devices: 20, every: 100ms, settle: 300ms, publish: attributes",
      `target.client=${client}`,
    );
    expect([0, 5], `${stdout}\n${stderr}`).toContain(code);
    const background = backgroundOf(summary);
    const { messages } = background;
    expect(background.devices).toMatchObject({ asked: 20, connected: 20, unreported: 0 });
    expect(messages.acknowledged).toBe(takenNow());
    // On a busy machine a message may still be under way when the next is due.
    expect(messages.intended).toBe(messages.acknowledged + messages.dropped);
    expect(messages).toMatchObject({ timedOut: 0, lost: 0, offline: 0, unreported: 0 });
    expect(background.stages.map(({ name }) => name)).toEqual(["before", "load", "roll call", "after"]);
    expect(background.imbalances).toEqual([]);
    // What its devices say is stored: as attributes, under one key.
    const said = [...simulator.store.devices()].filter(({ values }) => values.client.has("rollcall-background"));
    expect(said).toHaveLength(20);
    expect(summary.ledger).toMatchObject({ planned: 40, provisioned: 40, connected: 40 });
    expect(plain(stdout)).toContain("20 of 20 devices connected before the load; no session was lost.");
    expect(simulator.stats().sessions).toBe(0);
  });

  it("is left alone by the cleanup of the run that had it", async () => {
    const earlierNames = [...simulator.store.devices()].map(({ name }) => name);
    const { run, summary } = await runWith("devices: 10, every: 1s, settle: 0");
    expect(simulator.store.size).toBe(earlierNames.length + 40);
    const { code, stdout, stderr } = await asAdministrator("cleanup", run, "--yes");
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    expect([...simulator.store.devices()].map(({ name }) => name)).toEqual(earlierNames);
    expect(backgroundOf(summary).devices.connected).toBe(10);
  });

  it("does not say over what its devices have proved in the run that made them", async () => {
    const { summary } = await runWith("devices: 60, every: 100ms, settle: 100ms");
    expect(backgroundOf(summary).messages.acknowledged).toBeGreaterThan(60);
    const { stdout } = await asAdministrator("reconcile", earlier, "--settle", "2s");
    expect(plain(stdout)).toContain("of 20 devices looked at, 20 have the value stored that they published");
  });

  it("comes back by fleet.retry when its session was lost", async () => {
    const [device] = simulator.store.devices();
    simulator.strike([{ kind: "close", at: "speech", devices: [device?.name ?? ""] }]);
    const { summary } = await runWith(
      "every: 300ms, settle: 600ms",
      "fleet.retry={attempts: 3, backoff: 50ms}",
      "thresholds=[background.lost <= 1, background.connected == background.devices]",
    );
    const { sessions, imbalances } = backgroundOf(summary);
    // It is dropped with each of its messages, and is one device that was lost.
    expect(sessions).toMatchObject({ lost: 1, losses: [{ reason: "closed by the server" }] });
    expect(sessions.reconnects?.attempts).toBeGreaterThan(0);
    expect(summary.thresholds.map(({ passed }) => passed)).toEqual([true, true]);
    expect(imbalances).toEqual([]);
    expect(summary.ledger.imbalances).toEqual([]);
  });

  it("leaves when the run is stopped before its load, and nothing was asked for", async () => {
    const out = join(folder.path, "stopped");
    const before = simulator.stats().requests;
    const given = set(
      ...LOAD,
      `background={roster: ${earlier}, devices: 10, every: 100ms, settle: 10m}`,
      "thresholds=[]",
    );
    const running = startInProcess(["run", scenario, ...place(), "--out", out, "--full", ...given]);
    await vi.waitFor(() => expect(takenNow()).toBeGreaterThan(5), { timeout: 60_000, interval: 10 });
    running.signal("SIGINT");
    const { code } = await running.finished;
    const { background, ledger } = await readSummary(await onlyRun(out));
    expect(code).toBe(130);
    expect(ledger).toMatchObject({ planned: 40, dropped: 40 });
    expect(simulator.stats()).toMatchObject({ requests: before, sessions: 0 });
    expect(background?.messages.acknowledged).toBe(takenNow());
    expect(background?.stages[0]?.name).toBe("before");
    expect(background?.stages.map(({ name }) => name)).not.toContain("load");
    expect(background?.imbalances).toEqual([]);
  });

  it("tells when the server drops one, and what was due without a session", async () => {
    const [device] = simulator.store.devices();
    simulator.strike([{ kind: "close", at: "speech", devices: [device?.name ?? ""] }]);
    const { summary, stdout, stderr, code } = await runWith("every: 100ms, settle: 300ms");
    const { sessions, messages, devices, imbalances } = backgroundOf(summary);
    expect(devices).toMatchObject({ asked: 60, connected: 60 });
    expect(sessions).toMatchObject({ lost: 1, losses: [{ reason: "closed by the server", count: 1 }], notBack: 1 });
    expect(sessions.first.map(({ device: name }) => name)).toEqual([device?.name]);
    expect(messages.lost).toBe(1);
    expect(messages.offline).toBeGreaterThan(0);
    expect(messages.acknowledged).toBe(takenNow());
    expect(imbalances).toEqual([]);
    expect([4, 5], `${stdout}\n${stderr}`).toContain(code);
    expect(plain(stdout)).toContain("of the background 1 session lost");
    expect(summary.verdict.reasons.join()).toContain("no threshold for background.lost says how many may be");
  });

  it("counts what is never acknowledged at the time that was waited", async () => {
    const [device] = simulator.store.devices();
    simulator.strike([{ kind: "mute", devices: [device?.name ?? ""] }]);
    const { summary } = await runWith(
      "devices: 60, every: 100ms, settle: 300ms",
      "timeouts.answer=500ms",
      "rollCall=off",
      "thresholds=[]",
    );
    const { messages, stages, imbalances, sessions } = backgroundOf(summary);
    expect(messages.timedOut).toBeGreaterThan(0);
    expect(messages.dropped).toBeGreaterThan(0);
    expect(messages.acknowledged).toBe(takenNow());
    expect(Math.max(...stages.map(({ roundTrip }) => roundTrip.max ?? 0))).toBeGreaterThanOrEqual(500_000);
    expect(sessions.lost).toBe(0);
    expect(imbalances).toEqual([]);
  });

  it("whose devices are gone is told, and the load goes on", async () => {
    for (const device of [...simulator.store.devices()].slice(0, 5)) simulator.store.removeDevice(device);
    const { summary, stdout, stderr, code } = await runWith("devices: 10, every: 1s, settle: 0");
    const { devices, notConnected } = backgroundOf(summary);
    expect(devices).toMatchObject({ asked: 10, connected: 5, refused: 5 });
    expect(notConnected).toMatchObject([{ count: 5 }]);
    expect(summary.ledger).toMatchObject({ provisioned: 40 });
    expect([4, 5], `${stdout}\n${stderr}`).toContain(code);
  });
});

describe("a background over a transport without sessions", () => {
  it.each(["http", "coap"] as const)(
    "publishes by requests over %s, each accounted for by its answer",
    async (transport) => {
      const server = await startSimulator({
        http: {},
        coap: {},
        profiles: [{ name: "p", key: "e2e-key", secret: SECRET, strategy: "allow-create" }],
      });
      try {
        const out = join(folder.path, transport);
        const port = transport === "http" ? server.httpPort : server.coapPort;
        const at = ["--host", "127.0.0.1", "--port", String(port)];
        const given = set(
          ...LOAD,
          `target.transport=${transport}`,
          "fleet.credentials=access-token",
          "background={devices: 12, every: 100ms, settle: 300ms, connectRate: 1000}",
        );
        const said = await rollcallHere("run", scenario, ...at, "--out", out, "--full", ...given).finished;
        const run = (await readdir(out)).find((name) => !name.includes("-background-")) ?? "";
        const summary = await readSummary(join(out, run));
        const { devices, messages, sessions, imbalances, over } = backgroundOf(summary);
        expect({ devices, over, stderr: said.stderr }).toMatchObject({
          devices: { asked: 12, connected: 12 },
          over: transport,
        });
        expect(messages.acknowledged).toBeGreaterThan(12);
        expect(messages).toMatchObject({ refused: 0, lost: 0, offline: 0, unreported: 0 });
        expect(messages.intended).toBe(messages.acknowledged + messages.dropped + messages.timedOut);
        expect(sessions).toMatchObject({ lost: 0, notBack: 0 });
        expect(imbalances).toEqual([]);
        expect(plain(said.stdout)).toContain("from sending a message to its answer");
        // What each of them said last is stored.
        const stored = [...server.store.devices()].filter(({ values }) => values.telemetry.has("rollcall-background"));
        expect(stored).toHaveLength(12);
      } finally {
        await server.close();
      }
    },
  );

  it("counts what a server refuses, and what nobody answers at the time that was waited", async () => {
    const server = await startSimulator({
      http: {},
      profiles: [{ name: "p", key: "e2e-key", secret: SECRET, strategy: "allow-create" }],
    });
    try {
      const out = join(folder.path, "refused-there");
      const at = ["--host", "127.0.0.1", "--port", String(server.httpPort)];
      const given = set(
        // Six seconds: a busy machine must not be at its end before the test has done what it does below.
        "load={constant: {rate: 5}, devices: 30}",
        "target.transport=http",
        "fleet={credentials: access-token, prefix: web}",
        "rollCall=off",
        "timeouts.answer=400ms",
        "thresholds=[]",
        "background={devices: 4, every: 100ms, settle: 500ms, connectRate: 1000}",
      );
      const running = rollcallHere("run", scenario, ...at, "--out", out, "--quiet", ...given);
      // When each has been heard, one is gone, and another is not answered any more.
      const heard = () =>
        [...server.store.devices()].filter(({ values }) => values.telemetry.has("rollcall-background"));
      await vi.waitFor(() => expect(heard()).toHaveLength(4), { timeout: 60_000, interval: 5 });
      const [gone, mute] = [...server.store.devices()].filter(({ name }) => !name.startsWith("web"));
      if (gone !== undefined) server.store.removeDevice(gone);
      server.strike([{ kind: "mute", devices: [mute?.name ?? ""] }]);
      await running.finished;
      const run = (await readdir(out)).find((name) => !name.includes("-background-")) ?? "";
      const { messages, imbalances } = backgroundOf(await readSummary(join(out, run)));
      expect(messages.refused).toBeGreaterThan(0);
      expect(messages.timedOut).toBeGreaterThan(0);
      expect(imbalances).toEqual([]);
    } finally {
      await server.close();
    }
  });
});

describe("a background that is made first", () => {
  it("is of a run of its own, with its own ledger; cleanup of the run takes it away too, and nothing of others", async () => {
    const earlierNames = [...simulator.store.devices()].map(({ name }) => name);
    const out = join(folder.path, "made");
    const given = set(...LOAD, "background={devices: 15, every: 100ms, settle: 300ms, connectRate: 1000}");
    const said = await rollcallHere("run", scenario, ...place(), "--out", out, "--full", ...given).finished;
    expect(said.stderr).toContain("Making the background first: 15 devices");
    const names = await readdir(out);
    const made = names.find((name) => name.includes("-background-")) ?? "";
    const run = names.find((name) => name !== made) ?? "";
    expect(names).toHaveLength(2);
    const first = await readSummary(join(out, made));
    const summary = await readSummary(join(out, run));
    expect(first.ledger).toMatchObject({ planned: 15, provisioned: 15 });
    expect(summary.ledger).toMatchObject({ planned: 40, provisioned: 40, connected: 40 });
    const { devices, messages, run: whose } = backgroundOf(summary);
    expect([whose, devices.asked, devices.connected]).toEqual([first.run.id, 15, 15]);
    expect(messages.acknowledged).toBe(takenNow());
    expect(simulator.store.size).toBe(earlierNames.length + 55);

    // Made once: a resumed or repeated look at the run needs no other.
    const told = await asAdministrator("cleanup", join(out, run));
    expect(told.stdout).toContain("15 devices of this run in profile");
    const done = await asAdministrator("cleanup", join(out, run), "--yes");
    expect({ code: done.code, stderr: done.stderr }).toMatchObject({ code: 0 });
    expect(done.stdout).toContain(`The background of this run, made first by run ${first.run.id}:`);
    expect([...simulator.store.devices()].map(({ name }) => name)).toEqual(earlierNames);

    await rename(join(out, made), join(folder.path, "moved"));
    const moved = await asAdministrator("cleanup", join(out, run), "--yes");
    expect(moved.stderr).toContain("The background of this run stays");
  });

  it("is there for a simulator of one run, too", async () => {
    const out = join(folder.path, "simulated");
    const given = set(...LOAD, "background={devices: 10, every: 100ms, settle: 200ms, connectRate: 1000}");
    const said = await rollcallHere("run", scenario, "--simulate", "--out", out, "--quiet", ...given).finished;
    const names = await readdir(out);
    const run = names.find((name) => !name.includes("-background-")) ?? "";
    const { background, ledger } = await readSummary(join(out, run));
    expect({ devices: background?.devices, stderr: said.stderr }).toMatchObject({
      devices: { asked: 10, connected: 10 },
    });
    expect(background?.messages.acknowledged).toBeGreaterThan(0);
    expect(ledger).toMatchObject({ planned: 40, connected: 40 });
  });

  it("of which nobody could be made is the end, before the load", async () => {
    simulator.strike([{ kind: "queue-full", rate: 1 }]);
    const out = join(folder.path, "unmade");
    const given = set(...LOAD, "background={devices: 3, every: 1s}");
    const { code, stderr } = await rollcallHere("run", scenario, ...place(), "--out", out, "--quiet", ...given)
      .finished;
    expect(stderr).toContain("None of the devices of the background could be made");
    expect(await readdir(out)).toHaveLength(1);
    expect(code).toBe(5);
  });
});

describe("a scenario with a background", () => {
  const mistakes: readonly (readonly [string, readonly string[], string])[] = [
    [
      "devices: 61",
      [],
      "background.devices is 61: that run provisioned 60 devices: write at most 60, or name another run",
    ],
    ["devices: 0", [], "background.devices is 0: write a whole number of at least 1"],
    ["every: 1ms", [], "background.every is 1ms: write at least 10ms"],
    ["publish: rpc", [], 'background.publish is "rpc"'],
    ["every: 1s", ["thresholds=[background.p75 < 1s]"], "there is no quantity background.p75"],
    ["every: 1s", ["thresholds=[load:background.lost == 0]"], "background.lost is of the whole run: leave load: out"],
    ["every: 1s", ["target.payload=protobuf"], "its messages are JSON, and target.payload is protobuf: write json"],
  ];

  it.each(mistakes)("{ roster, %s } %j is one mistake", async (background, more, says) => {
    const given = set(...LOAD, `background={roster: ${earlier}, ${background}}`, ...more);
    const { code, stderr } = await rollcallHere("validate", scenario, ...place(), ...given).finished;
    expect(plain(stderr)).toContain(says);
    expect(code).toBe(2);
  });

  it.each([
    ["every: 1s", [], "background.devices: say how many are made first, or name a roster"],
    ["devices: 5", ["provisioning.strategy=pre-provisioned"], "with pre-provisioned no device can be made first"],
    ["devices: 5", ["maxDevices=42"], "the load makes 40 devices and the background 5"],
  ] as const)("{ %s } %j without a roster is one mistake", async (background, more, says) => {
    const given = set(...LOAD, `background={${background}}`, ...more);
    const { code, stderr } = await rollcallHere("validate", scenario, ...place(), ...given).finished;
    expect(plain(stderr)).toContain(says);
    expect(code).toBe(2);
  });

  it("goes to the server that has its devices", async () => {
    const given = set(`background={roster: ${earlier}}`);
    const elsewhere = await rollcallHere("validate", scenario, "--host", "tb.example.com", ...given).finished;
    expect(plain(elsewhere.stderr)).toContain(
      "and this run goes to mqtt://tb.example.com:1883: name a run of this server",
    );
    expect(elsewhere.code).toBe(2);
  });

  it("names a run that is there, and whose credentials nobody else can read", async () => {
    const nobody = set("background={roster: nobody}");
    const none = await rollcallHere("validate", scenario, ...place(), "--out", folder.path, ...nobody).finished;
    expect(plain(none.stderr)).toContain("background.roster is nobody: it cannot be used (There is no run nobody");
    await chmod(join(earlier, "roster-0.ndjson"), 0o644);
    const given = set(`background={roster: ${earlier}}`);
    const open = await rollcallHere("validate", scenario, ...place(), ...given).finished;
    await chmod(join(earlier, "roster-0.ndjson"), 0o600);
    expect(plain(open.stderr)).toContain("others than its owner may read it: chmod 600");
    expect([none.code, open.code]).toEqual([2, 2]);
  });

  it("says what it will do, without a secret in it, and has a hash of its own", async () => {
    const given = set(`background={roster: ${earlier}, devices: 7, every: 3s}`);
    const { stdout, code } = await rollcallHere("validate", scenario, ...place(), ...given).finished;
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /background:\n +run: "?\w+"?\n +folder: .*\n +devices: 7\n +publish: telemetry\n +every: 3s\n +settle: 10s\n/,
    );
    const without = await rollcallHere("validate", scenario, ...place()).finished;
    const hashOf = (text: string): string | undefined => /^hash: "?(\w+)/m.exec(text)?.[1];
    expect(hashOf(stdout)).not.toBe(hashOf(without.stdout));
  });

  it("is needed for thresholds on it", async () => {
    const given = set("thresholds=[background.lost == 0]");
    const { code, stderr } = await rollcallHere("validate", scenario, ...place(), ...given).finished;
    expect(plain(stderr)).toContain("background.lost needs a background");
    expect(code).toBe(2);
  });

  it("is not for a simulator of one run", async () => {
    const given = set(`background={roster: ${earlier}}`);
    const simulated = await rollcallHere("run", scenario, "--simulate", ...given).finished;
    expect(plain(simulated.stderr)).toContain("a simulator that is started for one run has no devices of it");
    expect(simulated.code).toBe(2);
  });
});
