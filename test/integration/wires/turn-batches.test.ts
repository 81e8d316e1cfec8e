import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { turnAge } from "../../../src/wires/socket/turn.ts";

/** Sockets. Node's event loop takes 1,024 at once from the kernel, and asks for the others in the same turn. */
const READY = 1_100;

describe("turnAge", () => {
  it("is never longer than what is read was there, where a turn of the event loop asks the kernel more than once", async () => {
    const peers: Socket[] = [];
    await using server = createServer((peer) => peers.push(peer)).listen(0, "127.0.0.1", READY);
    await once(server, "listening");
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("no address");
    const sockets: Socket[] = [];
    for (let at = 0; at <= READY; at += 1) {
      const connection = once(server, "connection");
      const socket = connect(address.port, "127.0.0.1");
      sockets.push(socket);
      await Promise.all([once(socket, "connect"), connection]);
    }
    let read = 0;
    let lateFrom: number | undefined;
    const late = Promise.withResolvers<{ readonly age: number; readonly there: number }>();
    for (const socket of sockets.slice(0, READY)) {
      socket.once("data", () => {
        turnAge();
        const until = performance.now() + 0.02;
        while (performance.now() < until);
        read += 1;
        // In the midst of the first 1,024: it is not among these, and is read in the same turn.
        if (read !== 512) return;
        lateFrom = performance.now();
        peers[READY]?.write("x");
      });
    }
    sockets[READY]?.once("data", () => {
      const age = turnAge();
      late.resolve({ age, there: performance.now() - (lateFrom ?? Number.NaN) });
    });
    for (const peer of peers.slice(0, READY)) peer.write("x");
    const { age, there } = await late.promise;
    for (const socket of [...sockets, ...peers]) socket.destroy();
    expect(age).toBeLessThanOrEqual(there);
  });
});
