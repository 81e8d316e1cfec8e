import { Buffer } from "node:buffer";
import { createServer, type Socket } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { usFromMs } from "../../../src/model/units.ts";
import { openLeanSession } from "../../../src/wires/mqtt/lean/lean-session.ts";

const CONNACK = Buffer.from([0x20, 2, 0, 0]);
const PUBACK = Buffer.from([0x40, 2, 0, 9]);
const message = (bytes: number): Buffer =>
  Buffer.concat([
    Buffer.from([0x30, 0x80 | ((bytes + 3) & 127), (bytes + 3) >> 7, 0, 1, 0x74]),
    Buffer.alloc(bytes, 0x70),
  ]);

/** Milliseconds that a message was told to have waited, for each way in which the server's chunks may come. */
async function waitedOf(...chunks: readonly Buffer[]): Promise<number | undefined> {
  await using server = createServer({ noDelay: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  const heard = Promise.withResolvers<number | undefined>();
  const accepted = Promise.withResolvers<void>();
  const connection = once(server, "connection");
  const session = openLeanSession(
    {
      endpoint: { host: "127.0.0.1", port: address.port, tls: undefined },
      mqttVersion: "3.1.1",
      clientId: "c",
      username: "u",
      password: undefined,
      keepAliveSeconds: 0,
      connectTimeout: usFromMs(20_000),
      acceptTimeout: usFromMs(20_000),
    },
    {
      accepted: () => accepted.resolve(),
      message: (_topic, _payload, waited) => heard.resolve(waited),
      ended: ({ kind }) => heard.reject(new Error(kind)),
    },
  );
  const [socket] = (await connection) as [Socket];
  socket.on("error", () => undefined).write(CONNACK);
  await accepted.promise;
  for (const chunk of chunks) {
    socket.write(chunk);
    // Long enough that each chunk is read by itself; were it not, the message would be in one read with others, and unknown again.
    await sleep(20);
  }
  const waited = await heard.promise;
  session.destroy();
  socket.destroy();
  return waited;
}

describe("how long a message is told to have waited before it was read", () => {
  it("is known of one that came alone", async () => {
    expect(await waitedOf(message(200))).toBeGreaterThanOrEqual(0);
  });

  it("is known of one behind which something else came", async () => {
    expect(await waitedOf(Buffer.concat([message(200), PUBACK]))).toBeGreaterThanOrEqual(0);
  });

  it.each<[string, readonly Buffer[]]>([
    ["behind another packet: that one may have made the socket ready", [Buffer.concat([PUBACK, message(200)])]],
    ["in two parts", [message(200).subarray(0, 50), message(200).subarray(50)]],
    ["in more than one packet of a network", [message(2_000)]],
  ])("is not known of one that came %s", async (_how, chunks) => {
    expect(await waitedOf(...chunks)).toBeUndefined();
  });
});
