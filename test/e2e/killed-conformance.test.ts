import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import { createServerIdentity } from "../../src/simulator/transports/server-identity.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { rollcallInProcess } from "../support/in-process.ts";
import { startRestProxy } from "../support/rest-proxy.ts";
import { rollcall, temporaryFolder } from "./rollcall.ts";

const KILLED_AFTER = "150 of";

let simulator: Simulator;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let results = "";
let record = "";

/** One suite is killed in its middle; what it had made then is on the server. */
beforeAll(async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  folder = await temporaryFolder();
  results = join(folder.path, "results");
  record = join(results, "conformance.ndjson");
  simulator = await startSimulator({
    http: {},
    profiles: [{ name: "meters", key: "their-key", secret: "their-secret", strategy: "allow-create" }],
    devices: [{ profile: "meters", name: "PRODUCTION-METER-1" }],
  });
  const running = rollcall("conformance", `mqtt://127.0.0.1:${simulator.port}`, ...administrator(), "--out", results);
  await running.shows(KILLED_AFTER);
  running.child.kill("SIGKILL");
  await running.finished;
}, 60_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await simulator.close();
  await folder[Symbol.asyncDispose]();
});

function administrator(port = simulator.httpPort): readonly string[] {
  return ["--admin-url", `http://127.0.0.1:${port}`, "--admin-user", "tenant@thingsboard.org"];
}

const clean = (...more: readonly string[]) =>
  rollcallInProcess(["cleanup", "conformance", ...administrator(), "--out", results, ...more]);
const profiles = (): readonly string[] =>
  [...simulator.store.profiles()].map(({ settings }) => settings.name).filter((name) => name.startsWith("rc-"));
const devices = (): readonly string[] => [...simulator.store.devices()].map(({ name }) => name);

describe.sequential("a conformance that was killed", () => {
  it("has left profiles and devices, all of them in its record", async () => {
    expect(profiles()).toHaveLength(4);
    expect(devices().length).toBeGreaterThan(1);
    const text = await readFile(record, "utf8");
    for (const name of profiles()) expect(text).toContain(`"name":"${name}"`);
    expect(text).not.toContain("tenant");
  });

  it("has them named by cleanup, which without --yes deletes nothing", async () => {
    const before = [profiles(), devices()];
    const { code, stdout } = await clean();
    for (const name of profiles())
      expect(stdout).toMatch(new RegExp(`${name}, asked for 20.*: is there, with [\\d,]+ devices?\\.`));
    expect(stdout).toContain("Nothing was deleted: say --yes to do it.");
    expect(code).toBe(EXIT.pass);
    expect([profiles(), devices()]).toEqual(before);
  });

  it("is told of by the next one, which removes its own alone", async () => {
    const before = profiles();
    const target = `mqtt://127.0.0.1:${simulator.port}`;
    const args = ["conformance", target, ...administrator(), "--out", results];
    const { stderr } = await rollcallInProcess(args);
    expect(stderr).toContain("an earlier conformance that did not end may have left 4 profiles on this server");
    expect(stderr).toContain(`rollcall cleanup conformance --out ${results}`);
    expect(profiles()).toEqual(before);
  }, 60_000);

  it("is not looked for on another server", async () => {
    const args = ["cleanup", "conformance", ...administrator(1), "--out", results, "--yes"];
    const { code, stdout } = await rollcallInProcess(args);
    expect(stdout).toContain(`4 profiles may be left on other servers: http://127.0.0.1:${simulator.httpPort}.`);
    expect(stdout).toContain("Nothing to do");
    expect(code).toBe(EXIT.pass);
  });

  it("loses nothing of others to a record that was edited", async () => {
    const kept = await readFile(record, "utf8");
    const theirs = simulator.store.profileByName("tenant", "meters");
    const line = (value: object): string => `\n${JSON.stringify(value)}`;
    const server = `http://127.0.0.1:${simulator.httpPort}`;
    const own = profiles()[0] ?? "";
    const made = { kind: "made", at: 1, id: theirs?.id, createdTime: theirs?.createdTime };
    await writeFile(
      record,
      [
        kept,
        line({ kind: "asked", at: 1, server, prefix: "meters", name: "meters-x" }),
        line({ ...made, name: "meters-x" }),
        // Another profile's id under a name that the suite did give.
        line({ ...made, name: own }),
      ].join(""),
    );
    const { stdout } = await clean();
    expect(stdout).not.toContain("meters-x");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("stays, it has another name than it was made with");
    await writeFile(record, kept);
  });

  it("loses nothing to a list that the server does not filter", async () => {
    const proxy = await startRestProxy(simulator.httpPort ?? 0, {
      ask: (path) => path.replace(/deviceProfileId=[^&]*&?/, ""),
    });
    try {
      const kept = await readFile(record, "utf8");
      await writeFile(record, kept.replaceAll(`:${simulator.httpPort}"`, `:${proxy.port}"`));
      const args = ["cleanup", "conformance", ...administrator(proxy.port), "--out", results, "--yes"];
      const { code, stderr } = await rollcallInProcess(args);
      expect(stderr).toContain("The server ignores the filter deviceProfileId");
      expect(code).toBe(EXIT.usage);
      expect(proxy.deletions).toEqual([]);
      await writeFile(record, kept);
    } finally {
      await proxy.close();
    }
  });

  it("is looked for over TLS with the authority that --ca names", async () => {
    const identity = await createServerIdentity();
    const secure = await startSimulator({ http: { tls: identity } });
    await using elsewhere = await temporaryFolder();
    const authority = join(elsewhere.path, "ca.pem");
    await writeFile(authority, identity.cert);
    const server = `https://127.0.0.1:${secure.httpPort}`;
    const asked = { kind: "asked", at: 1, server, prefix: "rc-00000001", name: "rc-00000001-a" };
    await writeFile(join(elsewhere.path, "conformance.ndjson"), `${JSON.stringify(asked)}\n`);
    const args = ["cleanup", "conformance", "--admin-url", server, "--admin-user", "tenant@thingsboard.org"];
    try {
      const trusting = await rollcallInProcess([...args, "--out", elsewhere.path, "--ca", authority]);
      expect(trusting.stdout).toMatch(/rc-00000001-a, asked for .*: is not there/);
      expect(trusting.code).toBe(EXIT.pass);
      const without = await rollcallInProcess([...args, "--out", elsewhere.path]);
      expect(without.stderr).toMatch(/certificate/);
      expect(without.code).toBe(EXIT.usage);
    } finally {
      await secure.close();
    }
  });

  it("is removed with --yes, also a profile whose making it did not see any more, and nothing else", async () => {
    const unseen = profiles()[1] ?? "none";
    const lines = (await readFile(record, "utf8")).split("\n");
    const isUnseen = (line: string): boolean => line.includes('"made"') && line.includes(unseen);
    await writeFile(record, lines.filter((line) => !isUnseen(line)).join("\n"));
    const { code, stdout } = await clean("--yes");
    expect(stdout).toContain("Deleted 4 profiles and all that was in them.");
    expect(code).toBe(EXIT.pass);
    expect(profiles()).toEqual([]);
    expect(devices()).toEqual(["PRODUCTION-METER-1"]);
    expect((await clean("--yes")).stdout).toContain("Nothing to do");
  });
});

it("a conformance that cannot keep its record makes nothing", async () => {
  const before = [profiles(), devices()];
  const target = `mqtt://127.0.0.1:${simulator.port}`;
  // A file where a folder should be.
  const args = ["conformance", target, ...administrator(), "--out", join(record, "results")];
  const { code, stderr } = await rollcallInProcess(args);
  expect(stderr).toContain("Cannot write to");
  expect(code).toBe(EXIT.usage);
  expect([profiles(), devices()]).toEqual(before);
});
