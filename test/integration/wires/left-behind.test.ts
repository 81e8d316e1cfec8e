import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { usFromMs } from "../../../src/model/units.ts";
import { openLeanSession } from "../../../src/wires/mqtt/lean/lean-session.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Node makes a function for each socket in V8's old generation; so V8 keeps the socket, and what it leads to, long after its end. */
async function withKeptSockets(use: () => Promise<void>): Promise<readonly Socket[]> {
  const kept: Socket[] = [];
  const keep = (message: unknown): void => void kept.push((message as { readonly socket: Socket }).socket);
  subscribe("net.client.socket", keep);
  try {
    await use();
    return kept;
  } finally {
    unsubscribe("net.client.socket", keep);
  }
}

/** A session that ends as `how` says; what only its device knows of it. */
async function endedSession(port: number, how: "disconnected" | "refused"): Promise<WeakRef<object>> {
  const device = { password: "secret", heard: "" };
  const over = Promise.withResolvers<void>();
  const session = openLeanSession(
    {
      endpoint: { host: "127.0.0.1", port, tls: undefined },
      mqttVersion: "3.1.1",
      clientId: how,
      username: "u",
      password: device.password,
      keepAliveSeconds: 0,
      connectTimeout: usFromMs(20_000),
      acceptTimeout: usFromMs(20_000),
    },
    {
      accepted() {
        device.heard = "accepted";
        session.disconnect();
        over.resolve();
      },
      ended({ kind }) {
        device.heard = kind;
        over.resolve();
      },
    },
  );
  await over.promise;
  expect(device.heard).toBe(how === "refused" ? "refused" : "accepted");
  return new WeakRef(device);
}

it.each(["disconnected", "refused"] as const)("nothing of a device that was %s hangs on its socket", async (how) => {
  const code = how === "refused" ? 5 : 0;
  await using server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.write(Uint8Array.of(0x20, 2, 0, code)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  let device: WeakRef<object> | undefined;
  const sockets = await withKeptSockets(async () => {
    device = await endedSession(address.port, how);
  });
  for (const socket of sockets) if (!socket.closed) await once(socket, "close");
  // A weak reference is a strong one until its turn of the event loop ends.
  await nextTurn();
  collectGarbage();
  expect([sockets.length, device?.deref()]).toEqual([1, undefined]);
});
