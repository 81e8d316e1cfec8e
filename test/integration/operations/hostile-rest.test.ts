import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import type { Administration, ServerDevice } from "../../../src/model/administration.ts";
import type { Admin } from "../../../src/model/plan.ts";
import { Secret } from "../../../src/model/secret.ts";
import { type AdminLimits, createAdministration } from "../../../src/thingsboard/admin.ts";

const stop = new AbortController().signal;
const ID = "00000000-0000-4000-8000-000000000001";
const LIMITS: AdminLimits = {
  pages: 20,
  listMs: 60_000,
  exchange: { bytes: 1_048_576, answerMs: 2_000, longMs: 2_000, bodyMs: 300 },
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const json =
  (body: unknown, status = 200): Answer =>
  (_, response) =>
    void response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));

const LOGIN = json({ token: "t", refreshToken: "r" });

/** Lets in whom `login` lets in, and answers everything else with `answer`. `path`: what its URL has behind the port. */
async function hostile(answer: Answer, login: Answer = LOGIN, path = "") {
  const server = createServer((request, response) => {
    request.resume();
    response.on("error", () => undefined);
    (request.url === "/api/auth/login" ? login : answer)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const access: Admin = {
    url: `http://127.0.0.1:${port}${path}`,
    username: "tenant@thingsboard.org",
    password: new Secret("the-password"),
    apiKey: undefined,
    tls: undefined,
  };
  const admin = createAdministration(access, LIMITS);
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    admin,
    close,
    async [Symbol.asyncDispose]() {
      await admin.close();
      await close();
    },
  };
}

async function all(devices: AsyncIterable<ServerDevice>): Promise<readonly ServerDevice[]> {
  const list: ServerDevice[] = [];
  for await (const device of devices) list.push(device);
  return list;
}

const list = (admin: Administration) => all(admin.devicesOf({ id: ID }, stop));
const device = (index: number) => ({
  id: { id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}` },
  name: `d${index}`,
  createdTime: 1,
  deviceProfileId: { id: ID },
});
const pageOf = ({ url }: IncomingMessage): number => Number(/[?&]page=(\d+)/.exec(url ?? "")?.[1]);

describe("an answer without end", () => {
  it("is cut off at a size", async () => {
    let sent = 0;
    await using server = await hostile((_, response) => {
      const chunk = Buffer.alloc(65_536, " ");
      const more = (): void => {
        if (response.destroyed) return;
        sent += chunk.length;
        response.write(chunk, () => setImmediate(more));
      };
      response.writeHead(200);
      more();
    });
    await expect(server.admin.server(stop)).rejects.toMatchObject({
      code: "admin-answer",
      message: "/api/system/info is answered with more than 1 MiB.",
    });
    expect(sent).toBeLessThan(64 * 1_048_576);
  });

  it("is cut off in time, though it never falls silent", async () => {
    await using server = await hostile((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    });
    await expect(server.admin.server(stop)).rejects.toMatchObject({
      code: "admin-answer",
      message: "/api/system/info is answered for longer than 2.3 s.",
    });
  });
});

describe("a list without end", () => {
  it.each<readonly [string, Answer, string]>([
    ["the same page for ever", json({ data: [device(1)], hasNext: true }), "with page 0 once more in place of page 1"],
    ["empty pages", json({ data: [], hasNext: true }), "with an empty page 0, and says that there are more"],
    [
      "always another page",
      (request, response) => json({ data: [device(pageOf(request))], hasNext: true })(request, response),
      "with more than 20 pages",
    ],
    [
      "more than it counts",
      (request, response) =>
        json({ data: [device(pageOf(request))], hasNext: true, totalPages: 3, totalElements: 3 })(request, response),
      "with the last of its 3 pages, and says that there are more",
    ],
  ])("of %s is an error of the server", async (_, answer, message) => {
    await using server = await hostile(answer);
    const listed = list(server.admin);
    await expect(listed).rejects.toMatchObject({ code: "admin-answer" });
    await expect(listed).rejects.toThrow(message);
  });
});

describe("an answer that cannot be", () => {
  const page = { data: [device(1)], hasNext: false, totalPages: 1, totalElements: 1 };
  it.each<readonly [string, unknown, (admin: Administration) => Promise<unknown>, string]>([
    [
      "a negative number of devices",
      -1,
      (admin) => admin.countDevices(undefined, stop),
      "the answer is -1, which cannot be",
    ],
    ["half a device", 0.5, (admin) => admin.countDevices(undefined, stop), "the answer is 0.5, which cannot be"],
    ["a total below 0", { ...page, totalElements: -5 }, list, "totalElements is -5, which cannot be"],
    ["a time below 0", { ...page, data: [{ ...device(1), createdTime: -1 }] }, list, "data.0.createdTime is -1"],
    [
      "more than a page",
      { ...page, data: Array.from({ length: 1_001 }, (_, index) => device(index)) },
      list,
      "data is not",
    ],
    ["a device without a name", { ...page, data: [{ ...device(1), name: undefined }] }, list, "data.0.name is missing"],
    [
      "usage below 0",
      { devices: -2, maxDevices: 0, transportMessages: 0, maxTransportMessages: 0 },
      (admin) => admin.usage(stop),
      "devices is -2, which cannot be",
    ],
    ["no version", { type: "CE" }, (admin) => admin.server(stop), "version is missing"],
  ])("names what it is: %s", async (_, body, ask, message) => {
    await using server = await hostile(json(body));
    const asked = ask(server.admin);
    await expect(asked).rejects.toMatchObject({ code: "admin-answer" });
    await expect(asked).rejects.toThrow(message);
  });
});

describe("what is wrong with the REST API is told by its cause", () => {
  const page: Answer = (_, response) =>
    void response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end("<!doctype html><title>x</title>");
  const redirect: Answer = (_, response) =>
    void response.writeHead(301, { Location: "https://tb.example.com/api/auth/login" }).end();
  it.each<readonly [string, Answer, Answer, string, string]>([
    ["a redirect", LOGIN, redirect, "admin-redirect", "redirects to https://tb.example.com/api/auth/login"],
    ["a redirect later", redirect, LOGIN, "admin-redirect", "redirects to https://tb.example.com/"],
    ["a web page", page, LOGIN, "admin-not-rest", "answers 200 with a web page"],
    ["a path that is none", LOGIN, json({ error: "Not Found" }, 404), "admin-not-rest", "answers 404 to a login"],
    [
      "a bad gateway",
      LOGIN,
      json({}, 502),
      "admin-down",
      "answers 502: what stands there has no ThingsBoard behind it",
    ],
    ["no service", json({}, 503), LOGIN, "admin-down", "answers 503"],
    [
      "a second factor",
      LOGIN,
      json({ token: "t", scope: "PRE_VERIFICATION_TOKEN" }),
      "admin-two-factor",
      "wants a second factor",
    ],
    [
      "a wrong password",
      LOGIN,
      json({ message: "Invalid username or password\u001b[31m" }, 401),
      "admin-refused",
      '401, "Invalid username',
    ],
    ["what is no answer to a login", LOGIN, json({ ok: true }), "admin-answer", "127.0.0.1"],
    [
      "a token that cannot be sent",
      LOGIN,
      json({ token: "a\nb" }),
      "admin-answer",
      "/api/auth/login was answered 200: that is no answer to a login.",
    ],
    ["what it may not", json({ message: "You don't have permission" }, 403), LOGIN, "admin-refused", "403"],
  ])("%s", async (_, answer, login, code, message) => {
    await using server = await hostile(answer, login);
    const asked = server.admin.server(stop).catch((error: unknown) => error as Error & { readonly hint: string });
    expect(await asked).toMatchObject({ code });
    const { message: said, hint } = (await asked) as Error & { readonly hint: string };
    expect(said).toContain(message);
    for (const hidden of ["the-password", "\u001b"]) expect(`${said}${hint}`).not.toContain(hidden);
  });

  it("a path that a ThingsBoard does not have, which it answers like one whom it does not let in", async () => {
    const nobody = json({ status: 401, message: "Authentication failed", errorCode: 10 }, 401);
    await using wrong = await hostile(nobody, LOGIN, "/api");
    await expect(wrong.admin.server(stop)).rejects.toMatchObject({
      code: "admin-not-rest",
      message: expect.stringContaining('/api answers 401 "Authentication failed" to a login') as string,
    });
    await using right = await hostile(LOGIN, nobody);
    await expect(right.admin.server(stop)).rejects.toMatchObject({ code: "admin-refused" });
  });

  it("blames the password for a refused login alone", async () => {
    for (const login of [json({}, 502), json({}, 404), json({ token: "t", scope: "PRE_VERIFICATION_TOKEN" })]) {
      await using server = await hostile(LOGIN, login);
      await expect(server.admin.server(stop)).rejects.toMatchObject({
        hint: expect.not.stringMatching(/^Check user name and password/) as string,
      });
    }
  });
});

it("a server that answered before and is gone is not laid at the URL's door", async () => {
  await using server = await hostile((_, response) => response.destroy());
  const hintOf = async (): Promise<unknown> => {
    const error = await server.admin.server(stop).catch((each: unknown) => each);
    return (error as { readonly hint?: unknown }).hint;
  };
  await hintOf();
  await server.close();
  expect(await hintOf()).toBe(
    "It answered before: look whether ThingsBoard runs, and give the same command again when it does. What is done stays done.",
  );
});
