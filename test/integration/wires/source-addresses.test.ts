import { createSocket } from "node:dgram";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { us } from "../../../src/model/units.ts";
import { askCoap } from "../../../src/wires/coap/coap-exchange.ts";
import { createHttpExchange } from "../../../src/wires/http/http-exchange.ts";
import { endpointOf } from "../../../src/wires/socket/endpoint.ts";
import { openSocket } from "../../../src/wires/socket/socket.ts";

/** Linux has all of 127.0.0.0/8. */
const FROM = ["127.0.0.2", "127.0.0.3", "127.0.0.4"];
const SECOND = us(5_000_000);
const FOREVER = new AbortController().signal;

const counted = (addresses: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const address of addresses) counts[address] = (counts[address] ?? 0) + 1;
  return counts;
};
const EACH_TWICE = { "127.0.0.2": 2, "127.0.0.3": 2, "127.0.0.4": 2 };

describe("source addresses", () => {
  it("are taken in turn by sockets, whoever opens them", async () => {
    const seen: string[] = [];
    const all = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      seen.push(socket.remoteAddress ?? "");
      if (seen.length === 6) all.resolve();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    const { port } = server.address() as AddressInfo;
    const endpoint = endpointOf({ host: "127.0.0.1", port, tls: undefined, from: FROM });
    const sockets = Array.from({ length: 6 }, () => openSocket(endpoint, () => undefined));
    await all.promise;
    for (const socket of sockets) socket.destroy();
    server.close();
    expect(counted(seen)).toEqual(EACH_TWICE);
  });

  it("are taken in turn by HTTP connections", async () => {
    const seen: string[] = [];
    const all = Promise.withResolvers<void>();
    const server = createHttpServer((request, response) => {
      seen.push(request.socket.remoteAddress ?? "");
      // Nobody is answered until all are there, so that no connection is used twice.
      void all.promise.then(() => response.end("{}"));
      if (seen.length === 6) all.resolve();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    const { port } = server.address() as AddressInfo;
    const target = { host: "127.0.0.1", port, tls: undefined, from: [...FROM] };
    const http = createHttpExchange(target, { connect: SECOND, answer: SECOND });
    const ask = () => http.ask({ method: "GET", path: "/" }, { connected: () => undefined }, FOREVER);
    await Promise.all(Array.from({ length: 6 }, ask));
    await http.close();
    server.close();
    expect(counted(seen)).toEqual(EACH_TWICE);
  });

  it("are taken in turn by CoAP requests", async () => {
    const seen: string[] = [];
    const server = createSocket("udp4");
    await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", () => resolve()));
    server.on("message", (message, { address, port }) => {
      seen.push(address);
      // 2.04, acknowledged: the message's own id and token (RFC 7252, 3).
      const length = (message[0] ?? 0) & 0x0f;
      const head = Buffer.from([0x60 | length, 0x44, message[2] ?? 0, message[3] ?? 0]);
      server.send(Buffer.concat([head, message.subarray(4, 4 + length)]), port, address);
    });
    const target = { host: "127.0.0.1", port: server.address().port, from: [...FROM] };
    const request = { path: ["api"], payload: "{}" };
    for (let number = 0; number < 6; number += 1) {
      const answer = await askCoap(target, request, SECOND, { connected: () => undefined }, FOREVER);
      expect(answer.code).toBe("2.04");
    }
    server.close();
    expect(counted(seen)).toEqual(EACH_TWICE);
  });
});
