import { createServer, Server } from "node:net";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import "./placeholder-hosts.mjs";

/** What pages call a ThingsBoard of their readers, and what its device profile has. */
const HOSTS = ["tb.example.com", "tb-next.example.com"] as const;
const PROFILE = {
  name: "meters",
  key: "4yr2pl8xk0vq7n1w",
  secret: "s9c3ret5of1this2profile",
  strategy: "allow-create",
} as const;

/** More than a page names. */
const PORTS = 16;
/** Below those that the system gives to whoever asks for any: nobody takes one of these while a simulated node is down. */
const LOWEST = 20_000;
const HIGHEST = 32_000;

/**
 * Every placeholder host is a simulator of its own, with the ports of a ThingsBoard; and a port that a page names is another one on this
 * machine, which was free at all of its addresses: the same one at each address, and for as long as the page lasts.
 */
export async function openPlaces(): Promise<AsyncDisposable> {
  const hosts = new Map<string, { readonly host: string; readonly port: number }>();
  /** By the port that the page names. */
  const ports = new Map<number, number>();
  const free = await findFreePorts();
  const before = { options: process.env["NODE_OPTIONS"], places: process.env["NODE_ROLLCALL_PLACES"] };
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const listen = Server.prototype.listen;
  const note = (): void => {
    process.env["NODE_ROLLCALL_PLACES"] = JSON.stringify({
      hosts: Object.fromEntries(hosts),
      ports: Object.fromEntries(ports),
    });
  };
  const preload = new URL("./placeholder-hosts.mjs", import.meta.url).href;
  process.env["NODE_OPTIONS"] = `${before.options ?? ""} --import ${preload}`.trim();
  const simulators: Simulator[] = [];
  for (const host of HOSTS) {
    const simulator = await startSimulator({ http: {}, profiles: [PROFILE], preset: "thingsboard-2core" });
    simulators.push(simulator);
    hosts.set(`${host}:1883`, { host: "127.0.0.1", port: simulator.port });
    hosts.set(`${host}:8080`, { host: "127.0.0.1", port: simulator.httpPort ?? 0 });
  }
  note();

  /** A page names the ports that a reader has; on the machine of a test they may be somebody's. */
  function portInstead(named: number): number {
    // A second address of a simulator, and a node that comes back, ask for the port that there is.
    if ([...ports.values()].includes(named)) return named;
    const port = ports.get(named) ?? free.pop();
    if (port === undefined) throw new Error(`a page that names more than ${PORTS} ports`);
    ports.set(named, port);
    note();
    return port;
  }

  Server.prototype.listen = function instead(this: Server, first: unknown, ...rest: unknown[]) {
    const named = typeof first === "number" ? first : ((first as { port?: number } | undefined)?.port ?? 0);
    if (named === 0) return Reflect.apply(listen, this, [first, ...rest]) as Server;
    const port = portInstead(named);
    const moved = typeof first === "number" ? port : { ...(first as object), port };
    return Reflect.apply(listen, this, [moved, ...rest]) as Server;
  } as typeof listen;
  return {
    async [Symbol.asyncDispose]() {
      Server.prototype.listen = listen;
      for (const [name, value] of [
        ["NODE_OPTIONS", before.options],
        ["NODE_ROLLCALL_PLACES", before.places],
      ] as const) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      await Promise.all(simulators.map((simulator) => simulator.close()));
    },
  };
}

/** Begins elsewhere in each process, for two that look at once. */
async function findFreePorts(): Promise<number[]> {
  const found: number[] = [];
  const range = HIGHEST - LOWEST;
  for (let tried = 0; found.length < PORTS && tried < range; tried++) {
    const port = LOWEST + ((process.pid * PORTS + tried) % range);
    if (await isFree(port)) found.push(port);
  }
  return found;
}

/** At every address of this machine. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listens = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "0.0.0.0", () => resolve((server.address() as AddressInfo).port === port));
  });
  if (listens) await new Promise((resolve) => server.close(resolve));
  return listens;
}
