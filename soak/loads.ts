import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

/** One `rollcall run` that goes on for the whole soak. */
export interface Load {
  readonly name: string;
  readonly pid: number;
  /** Folder of its results. */
  readonly out: string;
  /** Exit code; null: a signal ended it. */
  readonly ended: Promise<number | null>;
  /** As Ctrl-C. */
  stop(): void;
}

export interface Ports {
  readonly mqtt: number;
  readonly http: number;
  readonly coap: number;
}

export interface Amount {
  readonly seconds: number;
  readonly held: number;
  /** Devices a second, all transports together. */
  readonly rate: number;
}

const ROOT = join(import.meta.dirname, "..");
const TIMEOUTS = "timeouts={connect: 5s, accept: 5s, answer: 5s, login: 5s}";

/** Devices that log in once and stay. */
export function startHeld(ports: Ports, { seconds, held }: Amount, folder: string): Promise<Load> {
  return start("held", "held-fleet.yaml", folder, [
    `target.port=${ports.mqtt}`,
    `fleet={count: ${held}}`,
    `rollCall={concurrency: 50, hold: ${seconds}s, keepAlive: 10s}`,
  ]);
}

/** Half of the rate over MQTT, a quarter over HTTP, a quarter over CoAP, each device gone after its login. */
export function startSteady(ports: Ports, { seconds, rate }: Amount, folder: string): Promise<readonly Load[]> {
  const steady = (transport: keyof Ports, share: number): Promise<Load> =>
    start(transport, "soak.yaml", folder, [
      `target={transport: ${transport}, port: ${ports[transport]}}`,
      `fleet={credentials: ${transport === "mqtt" ? "mqtt-basic" : "access-token"}}`,
      `load={poisson: {rate: ${rate * share}}, duration: ${seconds}s}`,
      TIMEOUTS,
      // Faults are what this is for.
      "thresholds=[]",
    ]);
  return Promise.all([steady("mqtt", 0.5), steady("http", 0.25), steady("coap", 0.25)]);
}

async function start(name: string, scenario: string, folder: string, sets: readonly string[]): Promise<Load> {
  const out = join(folder, name);
  await mkdir(out, { recursive: true });
  const args = [
    join(ROOT, "bin/rollcall.mjs"),
    "run",
    join(ROOT, "scenarios", scenario),
    "--out",
    out,
    ...[...sets, "generators=1"].flatMap((set) => ["--set", set]),
  ];
  const env = { ...process.env, ROLLCALL_PROVISION_KEY: "soak-key", ROLLCALL_PROVISION_SECRET: "soak-secret" };
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env });
  // What is printed goes on being printed for the whole time, as in a terminal: that too must not grow.
  const log = createWriteStream(join(folder, `${name}.log`));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  return { name, pid: child.pid ?? 0, out, ended: endOf(child), stop: () => child.kill("SIGINT") };
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once("close", resolve);
    child.once("error", () => resolve(null));
  });
}
