import { describe, expect, it } from "vitest";
import type { Device } from "../../../src/model/device.ts";
import type { Target } from "../../../src/model/plan.ts";
import type { Provisioner } from "../../../src/model/ports.ts";
import { seq, usFromMs } from "../../../src/model/units.ts";
import { withMisbehavingSockets } from "../../../src/thingsboard/misbehaving-sockets.ts";
import { startScriptedServer, unusedPort } from "../../contract/scripted-server.ts";

const good: Provisioner = {
  provision: () => Promise.resolve({ status: "NOT_FOUND", message: "the good one" }),
  close: () => Promise.resolve(),
};
const far = usFromMs(20_000);
const never = new AbortController().signal;

function provision(port: number, misbehaviour: Device["misbehaviour"], acceptMs: number, stop = never) {
  const target: Target = {
    transport: "mqtt",
    host: "127.0.0.1",
    port,
    mqttVersion: "3.1.1",
    payload: "json",
    tls: undefined,
  };
  const timeouts = { connect: far, accept: usFromMs(acceptMs), answer: far, login: far };
  const device = { seq: seq(1), name: "n", credentials: undefined, gateway: false, misbehaviour };
  return withMisbehavingSockets(good, target, timeouts).provision(device, () => undefined, stop);
}

describe("devices that hold a connection", () => {
  it("half-open: sends half of the CONNECT and is not heard of again", async () => {
    let bytes = 0;
    await using server = await startScriptedServer((socket) => socket.on("data", (chunk) => (bytes += chunk.length)));
    await expect(provision(server.port, "half-open-socket", 60)).rejects.toMatchObject({ kind: "accept-timeout" });
    await server.idle();
    expect(bytes).toBe(34 >> 1);
  });

  it("slow: goes on, and does not come to an end", async () => {
    let bytes = 0;
    await using server = await startScriptedServer((socket) => socket.on("data", (chunk) => (bytes += chunk.length)));
    await expect(provision(server.port, "slow-socket", 200)).rejects.toMatchObject({ kind: "accept-timeout" });
    await server.idle();
    expect(bytes).toBeGreaterThan(1);
    expect(bytes).toBeLessThan(34);
  });

  it("are cut off by a server that has enough", async () => {
    await using server = await startScriptedServer((socket) => socket.end());
    const result = provision(server.port, "half-open-socket", 20_000);
    await expect(result).rejects.toMatchObject({ kind: "closed-before-accept" });
    await server.idle();
  });

  it("end when they are aborted, or find nobody", async () => {
    await using server = await startScriptedServer(() => stop.abort());
    const stop = new AbortController();
    await expect(provision(server.port, "slow-socket", 20_000, stop.signal)).rejects.toMatchObject({ kind: "aborted" });
    await server.idle();
    const nobody = provision(await unusedPort(), "slow-socket", 20_000);
    await expect(nobody).rejects.toMatchObject({ kind: "connection-refused" });
  });

  it("are no others", async () => {
    expect(await provision(1, "wrong-key", 20_000)).toMatchObject({ message: "the good one" });
    expect(await provision(1, undefined, 20_000)).toMatchObject({ message: "the good one" });
  });
});
