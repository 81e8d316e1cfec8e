import { createServer as createHttpServer, type RequestListener } from "node:http";
import { registerHooks } from "node:module";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ASK_CODES, createHttpAsker } from "../../../src/wires/http/ask-http.ts";

const BOUNDS = { bytes: 1_000, answerMs: 10_000, silenceMs: 10_000 };
const never = new AbortController().signal;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server of HTTP, and how many connections it was given. */
async function serve(answer: RequestListener) {
  const server = createHttpServer(answer);
  let connections = 0;
  server.on("connection", () => (connections += 1));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: urlOf(server.address()), connections: () => connections };
}

/** A server that does as it likes with each connection, once it was asked. */
async function lie(how: (socket: Socket) => void): Promise<URL> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => how(socket));
    closing.push(() => socket.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closing.push(() => server.close());
  return urlOf(server.address());
}

const urlOf = (address: AddressInfo | string | null): URL =>
  new URL(`http://127.0.0.1:${(address as AddressInfo).port}/api/x?page=0`);

function asker(): ReturnType<typeof createHttpAsker> {
  const made = createHttpAsker();
  closing.push(() => made.close());
  return made;
}

const HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";

describe("a question over HTTP", () => {
  it("does not look for Node's own module again", async () => {
    const server = await serve((_, response) => response.end("{}"));
    const made = asker();
    const ask = () => made.ask({ url: server.url, method: "GET", headers: {} }, BOUNDS, never);
    await ask();
    const found: string[] = [];
    const hooks = registerHooks({
      resolve(specifier, context, next) {
        found.push(specifier);
        return next(specifier, context);
      },
    });
    await ask();
    hooks.deregister();
    expect(found).not.toContain("node:http");
  });

  it("is asked as it is and answered as a whole; what must not be done twice has a connection of its own, the rest one that is kept", async () => {
    const heard: string[] = [];
    const server = await serve((request, response) => {
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        const { "content-length": length = "-", "transfer-encoding": coding = "-", host = "" } = request.headers;
        const own = String(request.headers["x-own"]);
        heard.push(
          [request.method, request.url, host, own, length, coding, Buffer.concat(pieces).toString()].join(" "),
        );
        response.writeHead(201, { Location: "/elsewhere" }).end("grüße");
      });
    });
    const made = asker();
    const headers = { "X-Own": "1" };
    for (const question of [
      { method: "POST", body: '{"a":"ü"}' },
      { method: "POST" },
      { method: "DELETE" },
      { method: "GET" },
    ] as const) {
      const {
        status,
        text,
        bytes,
        headers: said,
      } = await made.ask({ url: server.url, headers, ...question }, BOUNDS, never);
      expect([status, text, bytes, said.location]).toEqual([201, "grüße", 7, "/elsewhere"]);
    }
    const to = `/api/x?page=0 ${server.url.host} 1`;
    expect(heard).toEqual([`POST ${to} 10 - {"a":"ü"}`, `POST ${to} 0 - `, `DELETE ${to} - - `, `GET ${to} - - `]);
    expect(server.connections()).toBe(3);
  });

  it.each([
    ["an end", (socket: Socket) => socket.end()],
    ["a reset", (socket: Socket) => socket.resetAndDestroy()],
  ])("is asked again where a kept connection meets %s, unless it must not be done twice", async (_, leave) => {
    const heard: string[] = [];
    const url = await lie((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      // The next question on this connection has no answer.
      socket.once("data", (asked) => {
        heard.push(asked.toString().slice(0, 4).trim());
        leave(socket);
      });
    });
    const made = asker();
    for (const method of ["GET", "GET", "PUT", "GET", "POST", "GET"]) {
      const { text } = await made.ask({ url, method, headers: {} }, BOUNDS, never);
      expect(text).toBe("ok");
    }
    expect(heard).toEqual(["GET", "GET"]);
  });

  it.each([
    [
      "more than it may",
      (socket: Socket) => socket.write(`HTTP/1.1 200 OK\r\n\r\n${"x".repeat(2_000)}`),
      ASK_CODES.tooLong,
    ],
    ["the end before the answer", (socket: Socket) => socket.end(), ASK_CODES.closed],
    ["the end in the middle of it", (socket: Socket) => socket.end(`${HEAD}12345`), ASK_CODES.closed],
    [
      "another protocol",
      (socket: Socket) => socket.write("HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
      ASK_CODES.closed,
    ],
    ["no HTTP", (socket: Socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n"), "HPE_INVALID_CONSTANT"],
    [
      "a head without an end",
      (socket: Socket) => socket.write(`HTTP/1.1 200 OK\r\nA: ${"x".repeat(20_000)}`),
      "HPE_HEADER_OVERFLOW",
    ],
    ["a reset", (socket: Socket) => socket.resetAndDestroy(), "ECONNRESET"],
  ])("that is answered with %s fails, and says why", async (_, how, code) => {
    const url = await lie(how);
    await expect(asker().ask({ url, headers: {} }, BOUNDS, never)).rejects.toMatchObject({ code });
  });

  it("waits for the answer, and for each piece of it, as long as it is told", async () => {
    const silent = await lie(() => undefined);
    const dripping = await lie((socket) => void socket.write(`${HEAD}12345`));
    const continuing = await lie((socket) => {
      const again = setInterval(() => socket.write("HTTP/1.1 100 Continue\r\n\r\n"), 5);
      socket.once("close", () => clearInterval(again));
    });
    const late = { code: ASK_CODES.late };
    const made = asker();
    await expect(made.ask({ url: silent, headers: {} }, { ...BOUNDS, answerMs: 20 }, never)).rejects.toMatchObject(
      late,
    );
    await expect(made.ask({ url: continuing, headers: {} }, { ...BOUNDS, answerMs: 20 }, never)).rejects.toMatchObject(
      late,
    );
    await expect(made.ask({ url: dripping, headers: {} }, { ...BOUNDS, silenceMs: 20 }, never)).rejects.toMatchObject(
      late,
    );
  });

  it("is not sent where no connection comes about in time, TLS included", async () => {
    const heard: string[] = [];
    const url = await lie((socket) => socket.on("data", (data) => heard.push(data.toString("latin1"))));
    url.protocol = "https:";
    const asked = asker().ask({ url, headers: { "X-Own": "1" } }, { ...BOUNDS, connectMs: 20 }, never);
    await expect(asked).rejects.toMatchObject({ code: ASK_CODES.notConnected });
    expect(heard.join("")).not.toContain("X-Own");
  });

  it("ends with its stop, before and while it is asked, and with its asker", async () => {
    const asked = Promise.withResolvers<void>();
    const url = await lie(() => asked.resolve());
    const stopping = new AbortController();
    const made = asker();
    const answer = made.ask({ url, headers: {} }, BOUNDS, stopping.signal);
    await asked.promise;
    const reason = new Error("enough");
    stopping.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await expect(made.ask({ url, headers: {} }, BOUNDS, stopping.signal)).rejects.toBe(reason);

    const open = await lie((socket) => {
      socket.write(HEAD);
      made.close();
    });
    await expect(made.ask({ url: open, headers: {} }, BOUNDS, never)).rejects.toMatchObject({ code: ASK_CODES.closed });
  });

  it("says what the system says where nobody listens", async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const url = urlOf(server.address());
    await new Promise((closed) => server.close(closed));
    await expect(asker().ask({ url, headers: {} }, BOUNDS, never)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
