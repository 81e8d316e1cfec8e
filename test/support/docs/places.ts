import { Server } from "node:net";
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

/** Every placeholder host is a simulator of its own, with the ports of a ThingsBoard; and a fixed port of 127.0.0.1 is any free one. */
export async function openPlaces(): Promise<AsyncDisposable> {
  const places = new Map<string, { readonly host: string; readonly port: number }>();
  const before = { options: process.env["NODE_OPTIONS"], places: process.env["NODE_ROLLCALL_PLACES"] };
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const listen = Server.prototype.listen;
  const note = (place: string, port: number, host = "127.0.0.1"): void => {
    places.set(place, { host, port });
    process.env["NODE_ROLLCALL_PLACES"] = JSON.stringify(Object.fromEntries(places));
  };
  const preload = new URL("./placeholder-hosts.mjs", import.meta.url).href;
  process.env["NODE_OPTIONS"] = `${before.options ?? ""} --import ${preload}`.trim();
  const simulators: Simulator[] = [];
  for (const host of HOSTS) {
    const simulator = await startSimulator({ http: {}, profiles: [PROFILE], preset: "thingsboard-2core" });
    simulators.push(simulator);
    note(`${host}:1883`, simulator.port);
    note(`${host}:8080`, simulator.httpPort ?? 0);
  }
  // A page names the ports that a reader has; on the machine of a test they may be somebody's.
  Server.prototype.listen = function anyPort(this: Server, first: unknown, ...rest: unknown[]) {
    const wanted = typeof first === "number" ? first : ((first as { port?: number } | undefined)?.port ?? 0);
    if (wanted !== 0) {
      this.once("listening", () => {
        const { address, port } = this.address() as AddressInfo;
        note(`${address}:${wanted}`, port, address);
      });
    }
    const any = typeof first === "number" ? 0 : wanted === 0 ? first : { ...(first as object), port: 0 };
    return Reflect.apply(listen, this, [any, ...rest]) as Server;
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
