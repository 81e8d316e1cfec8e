import { spawn } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { builtCommand } from "../support/built.ts";
import { onlyRun, readSummary, temporaryFolder, until } from "./rollcall.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A minute, one generator. */
const STEADY_LOAD = `
name: steady
provisioning: { key: "-", secret: "\${E2E_SECRET:-of-nobody}" }
fleet: {}
load: { constant: { rate: 100 }, devices: 6000 }
generators: 1
`;

/** As from a terminal of its own: nothing of whoever runs these tests may count as an owner. */
function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:npm_.*|CI|_|ROLLCALL_.*)$/.test(name));
  return { ...Object.fromEntries(own), ...more };
}

interface Started {
  readonly pid: number;
  readonly results: string;
  /** The program, its generator and its simulator. */
  readonly processes: readonly number[];
}

interface How {
  /** The command finds rollcall in $MAIN and its arguments in $LOAD. */
  readonly scripted?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** A load of a minute, once it has provisioned its first devices. */
async function startLoad(
  folder: string,
  command: (args: readonly string[]) => readonly string[],
  { scripted = false, env = {} }: How = {},
): Promise<Started> {
  const scenario = join(folder, "steady.yaml");
  await writeFile(scenario, STEADY_LOAD);
  const results = join(folder, "results");
  const load = ["run", scenario, "--simulate", "--preset", "instant", "--out", results];
  const [file = "", ...args] = command(scripted ? [] : load);
  const found = environment({ ...env, MAIN: builtCommand(), LOAD: load.join(" ") });
  const child = spawn(file, args, { cwd: ROOT, stdio: "ignore", env: found });
  const pid = child.pid ?? 0;
  await until(async () => (await journal(results).catch(() => "")).includes('"provisioned"'));
  const processes = (await descendantsOf(pid)).filter(({ command: its }) =>
    /^\S*node\s.*(?:bin\/rollcall|(?:src|dist)\/processes\/)/.test(its),
  );
  expect(processes).toHaveLength(3);
  return { pid, results, processes: processes.map((each) => each.pid) };
}

async function journal(results: string): Promise<string> {
  return readFile(join(await onlyRun(results), "journal-0.ndjson"), "utf8");
}

/** A process and all below it. */
async function descendantsOf(root: number) {
  const found: { readonly pid: number; readonly command: string }[] = [];
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
    if (stat !== undefined) parents.set(pid, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  for (const pid of pids) {
    let above: number | undefined = pid;
    while (above !== undefined && above !== root) above = parents.get(above);
    if (above === undefined) continue;
    const command = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ");
    found.push({ pid, command });
  }
  return found;
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Once none of its processes is left. */
async function outcomeOf({ processes, results }: Started) {
  await until(() => Promise.resolve(!processes.some(lives)));
  const { run, ledger } = await readSummary(await onlyRun(results));
  const { imbalances } = ledger;
  const complete = /"footer".*\n$/.test(await journal(results));
  return { state: run.state, imbalances, complete, provisionedSome: ledger.provisioned > 0 };
}

const ABORTED = { state: "interrupted", imbalances: [], complete: true, provisionedSome: true };

async function provisionedUpTo(results: string): Promise<number> {
  return (await journal(results)).match(/"provisioned"/g)?.length ?? 0;
}

/** Its processes that go on with the load, whatever has happened to it. */
async function goingOn({ processes, results }: Started): Promise<readonly number[]> {
  const before = await provisionedUpTo(results);
  // The load is the clock, of 100 devices a second: four looks for the owner.
  await until(async () => (await provisionedUpTo(results)) > before + 200 || !processes.every(lives));
  return processes.filter(lives);
}

/** Nothing of a test may stay. */
async function end({ processes }: Started): Promise<void> {
  for (const pid of processes.filter(lives)) process.kill(pid, "SIGTERM");
  await until(() => Promise.resolve(!processes.some(lives)));
}

/** From the source, as in a checkout. */
const NPM = ["npm", "run", "--silent", "rollcall", "--"];
/** As npx, pnpm or a script of one's own start it: by a shell that stays in between. */
const THROUGH_SHELL = "node $MAIN $LOAD; exit $?";

describe.runIf(process.platform === "linux")("a load never outlives its owner:", () => {
  it.each(["SIGTERM", "SIGKILL", "SIGHUP"] as const)("npm, after %s", async (signal) => {
    await using folder = await temporaryFolder();
    const load = await startLoad(folder.path, (args) => [...NPM, ...args]);
    process.kill(load.pid, signal);
    expect(await outcomeOf(load)).toEqual(ABORTED);
  });

  it.each(["SIGTERM", "SIGKILL"] as const)("npm with a shell in between, after %s", async (signal) => {
    await using folder = await temporaryFolder();
    const load = await startLoad(folder.path, () => ["npm", "exec", "--offline", "--call", THROUGH_SHELL], {
      scripted: true,
    });
    process.kill(load.pid, signal);
    expect(await outcomeOf(load)).toEqual(ABORTED);
  });

  it("a CI runner's script, after SIGKILL", async () => {
    await using folder = await temporaryFolder();
    const load = await startLoad(folder.path, () => ["bash", "-c", THROUGH_SHELL], {
      scripted: true,
      env: { CI: "true" },
    });
    process.kill(load.pid, "SIGKILL");
    expect(await outcomeOf(load)).toEqual(ABORTED);
  });

  it("and goes on where a shell alone started it", async () => {
    await using folder = await temporaryFolder();
    const load = await startLoad(folder.path, () => ["bash", "-c", THROUGH_SHELL], { scripted: true });
    process.kill(load.pid, "SIGKILL");
    expect(await goingOn(load)).toEqual(load.processes);
    await end(load);
  });

  it.each([
    ["setsid", `setsid ${THROUGH_SHELL}`],
    ["ROLLCALL_OWNER=none", `ROLLCALL_OWNER=none ${THROUGH_SHELL}`],
  ])("and goes on where %s has it stay, in CI too", async (_, script) => {
    await using folder = await temporaryFolder();
    const load = await startLoad(folder.path, () => ["bash", "-c", script], { scripted: true, env: { CI: "true" } });
    process.kill(load.pid, "SIGKILL");
    expect(await goingOn(load)).toEqual(load.processes);
    await end(load);
  });

  it.each([
    ["nohup", `nohup ${THROUGH_SHELL}`],
    ["an ignored SIGHUP", `trap '' HUP; ${THROUGH_SHELL}`],
  ])("and goes on where %s has it stay, in CI too, and does not hear SIGHUP", async (_, script) => {
    await using folder = await temporaryFolder();
    const load = await startLoad(folder.path, () => ["bash", "-c", script], { scripted: true, env: { CI: "true" } });
    for (const pid of load.processes) process.kill(pid, "SIGHUP");
    expect(await goingOn(load)).toEqual(load.processes);
    process.kill(load.pid, "SIGKILL");
    expect(await goingOn(load)).toEqual(load.processes);
    await end(load);
  });

  it("its own program: no generator and no simulator stays after SIGKILL", async () => {
    await using folder = await temporaryFolder();
    const load = await startLoad(folder.path, (args) => [process.execPath, builtCommand(), ...args]);
    expect(load.processes).toHaveLength(3);
    process.kill(load.pid, "SIGKILL");
    await until(() => Promise.resolve(!load.processes.some(lives)));
    expect(await journal(load.results)).toMatch(/"footer".*\n$/);
  });
});
