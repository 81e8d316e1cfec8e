import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { RollCallEntry } from "../../src/model/outcome.ts";
import { readJournal } from "../../src/record/journal.ts";
import { openRunFolder } from "../../src/record/run-folder.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

const HOSTS = ["127.0.0.2", "127.0.0.3"];
const ACCESS = ["--set", "provisioning.key=simulated-key", "--set", "provisioning.secret=simulated-secret"];

async function loginsOf(run: string): Promise<readonly RollCallEntry[]> {
  const { journals } = await openRunFolder(run);
  const found: RollCallEntry[] = [];
  for (const { path } of journals) {
    for await (const line of readJournal(path)) if (line.kind === "roll-call") found.push(line.entry);
  }
  return found;
}

const plain = (text: string): string => text.replaceAll(/\s+/g, " ");

it("a node that refuses what another issued: the devices of the other one fail at it, exit 4, and the table says where", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const simulator = await startSimulator({
    host: HOSTS,
    cluster: { faults: [{ kind: "lag", of: { host: "127.0.0.3" }, ms: Infinity }] },
  });
  try {
    const [good, deaf] = HOSTS.map((host) => `${host}:${simulator.port}`);
    const place = ["--out", results, "--host", `${good},${deaf}`, "--generators", "2", "--quiet"];
    const scenario = await writeScenario(folder.path);
    const at = ["--set", "thresholds=[]", "--set", "rollCall.at=other"];
    const { code, stdout, stderr } = await rollcallHere("run", scenario, ...place, ...ACCESS, ...at).finished;
    expect([4, 5], `${stdout}\n${stderr}`).toContain(code);
    const run = await onlyRun(results);
    const summary = await readSummary(run);
    expect(summary.ledger).toMatchObject({
      provisioned: 60,
      connected: 30,
      refused: 30,
      unreachable: 0,
      imbalances: [],
    });
    expect(summary.verdict.reasons.join("\n")).toContain(
      `30 devices refused where another address had issued their credentials, 30 at ${deaf} (5 not authorised: 30)`,
    );
    expect(
      summary.logins?.pairs.map(({ issuedAt, place, logins, refused, failed, login }) => [
        issuedAt,
        place,
        logins,
        refused,
        failed,
        login.count,
      ]),
    ).toEqual([
      [good, deaf, 30, 30, 0, 0],
      [deaf, good, 30, 0, 0, 30],
    ]);
    expect(plain(stdout)).toMatch(
      new RegExp(`LOGINS .* issued at logged in at logins refused failed p50 p99 ${good} ${deaf} 30 30 0 - -`),
    );
    for (const format of ["html", "markdown"]) {
      const file = join(folder.path, `report.${format}`);
      await rollcallHere("report", run, "--out", results, "-f", format, "-o", file).finished;
      expect(await readFile(file, "utf8")).toContain("logged in at");
    }
  } finally {
    await simulator.close();
  }
});

it("each: one login at each place, a line for each, the ledger one; verify asks again, here or elsewhere", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const simulator = await startSimulator({ host: HOSTS });
  try {
    const [first, second] = HOSTS.map((host) => `${host}:${simulator.port}`);
    const hosts = `${first},${second}`;
    const scenario = await writeScenario(folder.path);
    const at = ["--set", "thresholds=[]", "--set", "rollCall.at=each", "--set", "rollCall.when=inline"];
    const place = ["--out", results, "--host", hosts, "--quiet", "--full"];
    const { code, stdout, stderr } = await rollcallHere("run", scenario, ...place, ...ACCESS, ...at).finished;
    expect([0, 5], `${stdout}\n${stderr}`).toContain(code);
    const run = await onlyRun(results);
    const { ledger, rollCall, logins, measured } = await readSummary(run);
    expect(ledger).toMatchObject({ provisioned: 60, connected: 60, refused: 0, imbalances: [] });
    expect(rollCall).toMatchObject({ called: 60, connected: 60, negativeControl: "refused" });
    expect(logins?.pairs.map(({ logins: count }) => count)).toEqual([30, 30, 30, 30]);
    expect(measured.latencies.login.success.count).toBe(120);
    expect(measured.latencies.timeToUsable.success.count).toBe(60);
    const lines = await loginsOf(run);
    expect(lines).toHaveLength(120);
    expect(lines.every(({ peer }) => peer !== undefined)).toBe(true);
    for (const of of Map.groupBy(lines, ({ seq }) => seq).values()) {
      expect(new Set(of.map(({ place: where }) => where))).toEqual(new Set([first, second]));
      expect(of.map(({ more }) => more)).toEqual([1, undefined]);
    }
    expect(plain(stdout)).toContain("as soon as it was issued, at each address");

    const again = await rollcallHere("verify", run, "--out", results, "--at", "other").finished;
    expect(again.stdout).toContain("Passed: all 60 devices are present at another address");
    expect(plain(again.stdout)).toContain(`${first} ${second} 30 0 0`);
    const alone = await rollcallHere("verify", run, "--out", results, "--at", "each", "--host", `${first}`).finished;
    expect(alone.code).toBe(2);
    expect(alone.stderr).toContain("there is one only: 127.0.0.2");
  } finally {
    await simulator.close();
  }
});

it("a run at one address is verified at another: what issued it is known, though no roster says so", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const simulator = await startSimulator({ host: HOSTS });
  try {
    const [first, second] = HOSTS.map((host) => `${host}:${simulator.port}`);
    const scenario = await writeScenario(folder.path);
    const one = ["--host", "127.0.0.2", "--set", `target.port=${simulator.port}`];
    const some = ["--set", "thresholds=[]", "--set", "fleet.count=20"];
    await rollcallHere("run", scenario, "--out", results, "--quiet", ...one, ...ACCESS, ...some).finished;
    const run = await onlyRun(results);
    const elsewhere = ["--at", "other", "--host", `${first},${second}`];
    const { code, stdout } = await rollcallHere("verify", run, "--out", results, ...elsewhere).finished;
    expect(code).toBe(0);
    expect(plain(stdout)).toMatch(new RegExp(`${first} ${second} \\d+ 0 0`));
    expect(plain(stdout)).not.toContain(`${second} ${first}`);
  } finally {
    await simulator.close();
  }
});

it("another place than the only one is a mistake of the scenario, told before anything is sent", async () => {
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const at = (...more: readonly string[]) =>
    rollcallHere("run", scenario, "--out", join(folder.path, "r"), ...ACCESS, "--set", "rollCall.at=each", ...more)
      .finished;
  const address = await at("--host", "127.0.0.2");
  expect(address.code).toBe(2);
  expect(plain(address.stderr)).toContain("rollCall.at is each: devices have one address, 127.0.0.2");
  // What a name leads to is known when it is looked up.
  const name = await at("--host", "localhost");
  expect(name.code).toBe(2);
  expect(name.stderr).toContain("to be at each of several addresses, and there is one only: localhost");
  const off = await at("--set", "rollCall.when=off");
  expect(off.code).toBe(2);
  expect(plain(off.stderr)).toContain("without a roll call nobody logs in");
});
