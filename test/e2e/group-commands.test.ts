import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import { createGroupOf } from "../../src/model/group-of.ts";
import { readPlan } from "../../src/record/plan-file.ts";
import { readRosters } from "../../src/record/roster.ts";
import { readOnlyRun } from "../../src/record/series-files.ts";
import { openRunFolder } from "../../src/record/run-folder.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import type { SimulatorOptions } from "../../src/simulator/options.ts";
import type { UpgradeReport } from "../../src/upgrade/report.ts";
import { startInProcess } from "../support/in-process.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder, until } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

/** The commands that go by a run of before, for a fleet with groups. */

const SECRETS = { meters: "meters-secret-of-e2e", cameras: "cameras-secret-of-e2e" } as const;
type Kind = keyof typeof SECRETS;
const KINDS = Object.keys(SECRETS) as Kind[];

afterEach(() => vi.unstubAllEnvs());

function startServer(options: SimulatorOptions = {}, strategy: "allow-create" | "pre-provisioned" = "allow-create") {
  const profiles = KINDS.map((name) => ({ name, key: `${name}-key`, secret: SECRETS[name], strategy }));
  return startSimulator({ http: {}, profiles, ...options });
}

const PATIENT = "timeouts: { connect: 4m, accept: 4m, answer: 4m, login: 4m }";

function scenarioAt({ port, httpPort }: Pick<Simulator, "port" | "httpPort">, more: readonly string[] = []): string {
  return `
name: kinds
target: { host: 127.0.0.1, port: ${port} }
${PATIENT}
provisioning: { strategy: ${more.length > 0 ? "pre-provisioned" : "allow-create"} }
fleet:
  credentials: access-token
  ${more.join("\n  ")}
  groups:
    - name: meters
      share: 3
      provisioning: { key: meters-key, secret: "\${GROUP_COMMANDS_METERS}" }
    - name: cameras
      share: 1
      provisioning: { key: cameras-key, secret: "\${GROUP_COMMANDS_CAMERAS}" }
      target: { transport: http, port: ${httpPort} }
load: { closed: { concurrency: 4 }, devices: 200 }
generators: 1
`;
}

function haveSecrets(): void {
  for (const kind of KINDS) vi.stubEnv(`GROUP_COMMANDS_${kind.toUpperCase()}`, SECRETS[kind]);
}

/** Names that a run was told credentials for, by the group that the plan gives each. */
async function toldByGroup(run: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const { fleet } = await readPlan(run);
  const groupOf = createGroupOf(fleet);
  const told: { readonly group: string; readonly name: string }[] = [];
  for await (const { seq, name = "" } of readRosters((await openRunFolder(run)).rosters)) {
    told.push({ group: fleet.groups?.[groupOf(seq) ?? -1]?.name ?? "", name });
  }
  return new Map(
    [...Map.groupBy(told, ({ group }) => group)].map(([group, own]) => [group, own.map(({ name }) => name)]),
  );
}

it.each(["fresh names", "devices that exist before"])(
  "resume goes on with what each group has left, each with its own key: %s",
  async (which) => {
    haveSecrets();
    await using folder = await temporaryFolder();
    const given = which === "fresh names" ? [] : ["prefix: kin", 'name: "{prefix}-{group}-{seq:4}"'];
    const strategy = given.length > 0 ? "pre-provisioned" : "allow-create";
    // Those that a pre-provisioned fleet asks for: of each group the names that the pattern gives, all numbers of them.
    const devices =
      given.length === 0
        ? []
        : KINDS.flatMap((profile) =>
            Array.from({ length: 200 }, (_, index) => ({
              profile,
              name: `kin-${profile}-${String(index).padStart(4, "0")}`,
            })),
          );
    const simulator = await startServer(
      { devices, preset: "instant", service: { cores: 1, provision: { kind: "fixed", ms: 10 } } },
      strategy,
    );
    try {
      const results = join(folder.path, "results");
      const scenario = await writeScenario(folder.path, scenarioAt(simulator, given));
      const run = startInProcess(["run", scenario, "--out", results, "--quiet"]);
      await until(() => Promise.resolve(simulator.stats().succeeded >= 40));
      run.signal("SIGINT");
      expect((await run.finished).code).toBe(EXIT.interrupted);
      const first = await onlyRun(results);
      const before = await readSummary(first);

      vi.unstubAllEnvs();
      const bare = await rollcallHere("resume", first, "--out", results, "--quiet").finished;
      expect(bare.stderr).toContain("GROUP_COMMANDS_METERS");
      const elsewhere = await rollcallHere("resume", first, "--out", results, "--host", "127.0.0.2").finished;
      expect(elsewhere.stderr).toContain("each with an address of its own");
      const files = await Promise.all(
        KINDS.map(async (kind) => {
          const file = join(folder.path, `${kind}.txt`);
          await writeFile(file, SECRETS[kind]);
          return ["--secret-file", `${kind}=${file}`];
        }),
      );
      const again = await rollcallHere("resume", first, "--out", results, "--quiet", ...files.flat()).finished;
      const second = join(results, (await readdir(results)).find((each) => join(results, each) !== first) ?? "");
      const after = await readSummary(second);
      expect({ failures: after.failures, rejections: after.rejections, stderr: again.stderr }).toMatchObject({
        failures: [],
        rejections: [],
      });
      expect(before.ledger.provisioned + after.ledger.provisioned).toBe(200);
      expect(after.ledger.imbalances).toEqual([]);
      const [one, other] = [await toldByGroup(first), await toldByGroup(second)];
      for (const [kind, count] of [
        ["meters", 150],
        ["cameras", 50],
      ] as const) {
        const names = [...(one.get(kind) ?? []), ...(other.get(kind) ?? [])];
        expect([kind, new Set(names).size]).toEqual([kind, count]);
        for (const name of names) expect(name).toContain(`-${kind}-`);
      }
    } finally {
      await simulator.close();
    }
  },
  120_000,
);

it("repeat --against sends each group to the other host, at its own port", async () => {
  haveSecrets();
  await using folder = await temporaryFolder();
  const own = await startServer();
  const there = await startServer({ host: "127.0.0.2", port: own.port, http: { port: own.httpPort ?? 0 } });
  try {
    const results = join(folder.path, "results");
    const scenario = await writeScenario(folder.path, scenarioAt(own));
    const load = ["--devices", "20", "--times", "1", "--cool-down", "0", "--out", results];
    const { code, stderr } = await rollcallHere("repeat", scenario, ...load, "--against", `127.0.0.2:${own.port}`)
      .finished;
    expect({ codes: [0, 5].includes(code ?? -1), stderr }).toMatchObject({ codes: true });
    for (const server of [own, there]) {
      const byProfile = Map.groupBy([...server.store.devices()], ({ profile }) => profile.settings.name);
      expect(KINDS.map((kind) => byProfile.get(kind)?.length)).toEqual([15, 5]);
    }
  } finally {
    await own.close();
    await there.close();
  }
});

it("upgrade-check calls the roll of each group, and asks for old names of each with its own key", async () => {
  haveSecrets();
  await using folder = await temporaryFolder();
  const simulator = await startServer();
  try {
    const results = join(folder.path, "results");
    const scenario = await writeScenario(folder.path, scenarioAt(simulator));
    const common = ["--set", "load.devices=40", "--out", results, "--cool-down", "0"];
    const before = await rollcallHere("upgrade-check", "before", scenario, ...common, "--times", "1").finished;
    expect({ code: before.code, stderr: before.stderr }).toMatchObject({ code: 0 });
    const check = join(results, /upgrade-\d[\w-]+/.exec(before.stdout)?.[0] ?? "");
    const after = await rollcallHere("upgrade-check", "after", check, ...common, "--format", "json").finished;
    const report = JSON.parse(after.stdout) as UpgradeReport;
    expect(report).toMatchObject({
      rollCall: { called: 40, connected: 40, absent: [] },
      reprovisioning: { asked: 40, came: { FAILURE: 40 }, expected: "FAILURE", expectedBefore: "FAILURE" },
      refusals: [],
      conformance: { changes: [] },
    });
    const oldNames = join(check, "old-names");
    const asked = await readPlan(join(oldNames, (await readOnlyRun(oldNames)) ?? ""));
    expect(asked.fleet.groups?.map(({ count }) => count)).toEqual([30, 10]);
  } finally {
    await simulator.close();
  }
}, 120_000);
