import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { builtCommand } from "../support/built.ts";
import { natsPrograms } from "../support/nats-server.ts";
import { devicesOf } from "./bus-place.ts";
import { canMakeHosts, makeHosts, type Started, startOn } from "./namespaces.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";
import { testFolder } from "../support/temporary-folder.ts";

const program = natsPrograms[0];
const possible = program !== undefined && process.getuid?.() === 0 && canMakeHosts();

it.skipIf(!possible)(
  "four hosts, one of which loses packets where nftables is: the devices and intended times of one machine with four generators (SKIPPED without root and nats-server)",
  async () => {
    await using folder = await temporaryFolder();
    await using hosts = makeHosts(["bus", "coordinator", "left", "right"]);
    const scenario = await writeScenario(folder.path);
    const store = testFolder();
    const started: Started[] = [];
    const start = (host: string, args: readonly string[]): Started => {
      const one = startOn(hosts, host, args);
      started.push(one);
      return one;
    };
    const url = `nats://${hosts.address("bus")}:4222`;
    const node = process.execPath;
    const main = builtCommand();
    const sets = [
      "load=[{name: first, burst: {}, devices: 40}, {name: second, constant: {rate: 50}, devices: 160}]",
      "fleet={seed: 7}",
      "timeouts={connect: 4m, accept: 4m, answer: 4m, login: 4m}",
      "maxInFlight=10000",
    ].flatMap((set) => ["--set", set]);
    try {
      start("bus", [program?.path ?? "", "-js", "-sd", store, "-p", "4222"]);
      const simulator = start("coordinator", [
        node,
        main,
        "simulate",
        "--host",
        "0.0.0.0",
        "--port",
        "1883",
        "--key",
        "e2e-key",
        "--secret",
        SECRET,
      ]);
      await simulator.shows("1883");
      for (const host of ["left", "right"]) {
        const worker = start(host, [
          node,
          main,
          "worker",
          "--bus",
          url,
          "--name",
          host,
          "--data",
          join(folder.path, host),
        ]);
        await worker.shows("waiting for a run");
      }
      const lossy = hosts.lose("right", 2);
      if (!lossy) process.stderr.write("no nftables here: no packets are lost\n");
      const shared = join(folder.path, "shared");
      const target = ["--host", hosts.address("coordinator"), "--port", "1883"];
      const crew = ["--bus", url, "--workers", "2", "--generators-per-worker", "2"];
      const args = [scenario, ...sets, "--set", "fleet.prefix=shared", "--quiet", "--out", shared, ...target, ...crew];
      await start("coordinator", [node, main, "run", ...args]).ended;
      const run = await onlyRun(shared);
      const { ledger, machines } = await readSummary(run);
      expect(ledger).toMatchObject({ planned: 200, provisioned: 200, connected: 200 });
      expect(machines?.map(({ devices, provisioned }) => [devices, provisioned])).toEqual([
        [100, 100],
        [100, 100],
      ]);
      const renamed = new Map([...(await devicesOf(run))].map(([seq, text]) => [seq, text.replace("shared", "alone")]));
      expect(renamed).toEqual(await runAlone(scenario, sets));
      expect((await readdir(run)).filter((name) => name.startsWith("journal-"))).toHaveLength(4);
    } finally {
      for (const { child } of started) child.kill("SIGKILL");
      await Promise.all(started.map(({ ended }) => ended));
    }
  },
);

/** The same load by four generators of one machine. Who is due when does not depend on where a server is: this one has its own. */
async function runAlone(scenario: string, sets: readonly string[]): Promise<ReadonlyMap<number, string>> {
  await using folder = await temporaryFolder();
  const profile = { name: "e2e", key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
  const simulator = await startSimulator({ preset: "instant", profiles: [profile] });
  const target = ["--host", "127.0.0.1", "--port", String(simulator.port), "--quiet", "--out", folder.path];
  const args = [scenario, ...sets, "--set", "fleet.prefix=alone", ...target, "--generators", "4"];
  await rollcallHere("run", ...args).finished;
  await simulator.close();
  return await devicesOf(await onlyRun(folder.path));
}
