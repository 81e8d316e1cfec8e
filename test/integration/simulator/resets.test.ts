import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { createResets } from "../../../src/simulator/transports/resets.ts";
import { createServerIdentity } from "../../../src/simulator/transports/server-identity.ts";

let simulator: Simulator | undefined;
afterEach(async () => {
  await simulator?.close();
  simulator = undefined;
});

it("a connection that is ending is closed: Node keeps for ever what is reset while its end is on its way", async () => {
  const resets = createResets();
  const server = createServer((socket) => {
    resets.take(socket);
    socket.once("data", () => {
      socket.end("the end");
      resets.reset(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1", () => client.write("x"));
  client.on("error", () => undefined).resume();
  // Which it calls when the last of its connections is closed.
  await new Promise((resolve) => client.once("close", () => server.close(resolve)));
  expect(client.destroyed).toBe(true);
});

it.each(["tlsPort", "httpPort"] as const)(
  "a connection over TLS is reset, and the simulator lives on: %s",
  async (door) => {
    const identity = await createServerIdentity();
    simulator = await startSimulator({
      tls: identity,
      http: { tls: identity },
      faults: [{ kind: "reset", at: "accept" }],
    });
    for (const _ of [1, 2]) {
      const client = connectTls({ host: "127.0.0.1", port: simulator[door] ?? 0, rejectUnauthorized: false });
      client.write("GET /api/v1/token/attributes HTTP/1.1\r\nHost: localhost\r\n\r\n");
      const [{ code }] = await once(client, "error");
      // What is written to a connection that was reset is told of as the second.
      expect(["ECONNRESET", "EPIPE"]).toContain(code);
    }
  },
);
