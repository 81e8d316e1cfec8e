import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { rollcallInProcess, type Said } from "../../test/support/in-process.ts";
import { SECRETS } from "../rules.ts";

/** Of other people: in a profile of theirs, and in that of the run; made long before it. */
const FOREIGN = [
  { profile: "meters", name: "PRODUCTION-METER-1" },
  { profile: "meters", name: "run-000001x" },
  { profile: "p", name: "OTHER-1" },
  { profile: "p", name: "run-00000" },
] as const;
const LONG_BEFORE_MS = 86_400_000;

/** A server with devices of other people, and the folder of a small run that was made on it. */
export interface Place extends AsyncDisposable {
  readonly simulator: Simulator;
  /** A fresh copy of the run's folder. */
  copyRun(): Promise<string>;
  readonly scenario: string;
  /** The program, as an administrator of that server; `restPort`: default, that of the server itself. */
  rollcall(args: readonly string[], restPort?: number): Promise<Said>;
  /** Names of other people's devices that are gone. */
  missing(): readonly string[];
  /** The run's devices are as they were. */
  restore(): void;
}

const SCENARIO = `
name: fuzz
target: { host: 127.0.0.1 }
provisioning: { key: fuzz-key, secret: "\${FUZZ_SECRET}", profile: p }
fleet: { count: 8, prefix: run }
load: { closed: { concurrency: 4 } }
rollCall: { concurrency: 4 }
generators: 1
`;

export async function openPlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-fuzz-"));
  const profile = { key: "fuzz-key", secret: SECRETS[0], strategy: "allow-create" } as const;
  const simulator = await startSimulator({
    http: {},
    profiles: [
      { ...profile, name: "p" },
      { ...profile, name: "meters", key: "their-key" },
    ],
  });
  const { store } = simulator;
  const createdTime = Date.now() - LONG_BEFORE_MS;
  for (const { profile: name, name: device } of FOREIGN) {
    const of = store.profileByName("tenant", name);
    if (of === undefined) throw new Error(`no profile ${name}`);
    store.createDevice({ profile: of, name: device, credentials: undefined, gateway: false, createdTime });
  }
  const scenario = join(folder, "fuzz.yaml");
  await writeFile(scenario, SCENARIO);
  const variables = {
    FUZZ_SECRET: SECRETS[0],
    ROLLCALL_ADMIN_PASSWORD: "tenant",
    HOME: folder,
    XDG_STATE_HOME: join(folder, "state"),
    XDG_CACHE_HOME: join(folder, "cache"),
  };
  const rollcall = (args: readonly string[]): Promise<Said> => rollcallInProcess(args, { variables, folder });
  const results = join(folder, "results");
  const made = await rollcall(["run", scenario, "--port", String(simulator.port), "--quiet", "--out", results]);
  const [run] = await readdir(results);
  if (run === undefined) throw new Error(`no run: ${made.stderr}`);
  const own = [...store.devices()].filter(({ name }) => !FOREIGN.some((foreign) => foreign.name === name));
  let copies = 0;

  return {
    simulator,
    scenario,
    rollcall: (args, restPort = simulator.httpPort) => {
      const admin = ["--admin-url", `http://127.0.0.1:${restPort}`, "--admin-user", "tenant@thingsboard.org"];
      return rollcall(NEEDS_ADMIN.includes(args[0] ?? "") ? [...args, ...admin] : args);
    },
    copyRun: async () => {
      copies += 1;
      const copy = join(folder, "copies", String(copies));
      await rm(join(folder, "copies"), { recursive: true, force: true });
      await cp(join(results, run), copy, { recursive: true });
      return copy;
    },
    missing: () => {
      const left = new Set([...store.devices()].map(({ name }) => name));
      return FOREIGN.map(({ name }) => name).filter((name) => !left.has(name));
    },
    restore: () => {
      for (const device of store.devices()) {
        const known = own.some(({ name }) => name === device.name) || FOREIGN.some(({ name }) => name === device.name);
        if (!known) store.removeDevice(device);
      }
      for (const { profile: of, name, credentials, gateway, createdTime: at } of own) {
        if (store.deviceByName("tenant", name) !== undefined) continue;
        store.createDevice({ profile: of, name, credentials, gateway, createdTime: at });
      }
    },
    async [Symbol.asyncDispose]() {
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const NEEDS_ADMIN: readonly string[] = ["reconcile", "cleanup", "setup", "doctor", "conformance"];
