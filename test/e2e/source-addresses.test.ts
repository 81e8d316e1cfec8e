import { createConnection, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readJournal } from "../../src/record/journal.ts";
import { openRunFolder } from "../../src/record/run-folder.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

const BLOCKED = "127.0.0.3";

/** A way to the simulator that lets nobody through who comes from the blocked address. */
async function startGate(to: number) {
  const sockets = new Set<Socket>();
  const gate = createServer((near) => {
    if (near.remoteAddress === BLOCKED) {
      near.resetAndDestroy();
      return;
    }
    const far = createConnection({ host: "127.0.0.1", port: to, noDelay: true });
    near.setNoDelay(true);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.once("close", () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", () => resolve()));
  const address = gate.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => gate.close(resolve));
    },
  };
}

it("an address of this machine that the target lets nobody in from is named, and its share told apart", async () => {
  await using folder = await temporaryFolder();
  const results = join(folder.path, "results");
  const simulator = await startSimulator({ host: ["127.0.0.1"] });
  try {
    await using gate = await startGate(simulator.port);
    const scenario = await writeScenario(folder.path);
    const way = ["--host", "127.0.0.1", "--port", String(gate.port), "--set", `target.from=[127.0.0.2, ${BLOCKED}]`];
    const place = ["--out", results, "--generators", "1", "--quiet", "--set", "rollCall.negativeControl=false"];
    const access = ["--set", "provisioning.key=simulated-key", "--set", "provisioning.secret=simulated-secret"];
    const { code, stdout, stderr } = await rollcallHere("run", scenario, ...way, ...place, ...access).finished;
    // Half of the logins come from the blocked address too; a generator on a busy machine is not fit to measure.
    expect([4, 5], `${stdout}\n${stderr}`).toContain(code);
    const said = stdout.replaceAll(/\s+/g, " ");
    expect(said).toContain(`45 of 45 attempts from ${BLOCKED} failed, far more than from the other source addresses`);
    expect(said).toContain(`From ${BLOCKED} far more fails than from the others: 30 of 30 devices failed`);
    const run = await onlyRun(results);
    const { ledger, sources } = await readSummary(run);
    expect(ledger).toMatchObject({ planned: 60, provisioned: 30, failed: 30, connected: 15, unreachable: 15 });
    expect(sources).toMatchObject([
      { address: BLOCKED, devices: 30, failed: 30, logins: 15, failedLogins: 15, standsOut: true },
      { address: "127.0.0.2", devices: 30, failed: 0, logins: 15, failedLogins: 0, standsOut: false },
    ]);
    const told = new Set<string>();
    for (const { path } of (await openRunFolder(run)).journals) {
      for await (const line of readJournal(path)) {
        if (line.kind === "outcome") told.add(`${line.outcome.source} ${line.outcome.result.state}`);
        if (line.kind === "roll-call") told.add(`${line.entry.source} ${line.entry.verdict.state}`);
      }
    }
    expect(told).toEqual(
      new Set([`${BLOCKED} failed`, `${BLOCKED} unreachable`, "127.0.0.2 provisioned", "127.0.0.2 connected"]),
    );
  } finally {
    await simulator.close();
  }
});
