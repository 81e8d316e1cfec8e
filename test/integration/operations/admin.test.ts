import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import type { ServerDevice } from "../../../src/model/administration.ts";
import type { RollcallError } from "../../../src/model/error.ts";
import type { Admin } from "../../../src/model/plan.ts";
import { Secret } from "../../../src/model/secret.ts";
import { judgeDevice } from "../../../src/operations/deletion-decision.ts";
import { startSimulator } from "../../../src/simulator/simulator.ts";
import { ADMIN_LIMITS, createAdministration } from "../../../src/thingsboard/admin.ts";

const stop = new AbortController().signal;

const access = (port: number, more: Partial<Admin> = {}): Admin => ({
  url: `http://127.0.0.1:${port}/`,
  username: "tenant@thingsboard.org",
  password: new Secret("tenant"),
  apiKey: undefined,
  tls: undefined,
  ...more,
});

const PROFILES = [
  { name: "ours", key: "our-key", secret: "s", strategy: "allow-create" },
  { name: "theirs", key: "their-key", secret: "s", strategy: "allow-create" },
] as const;

async function all(devices: AsyncIterable<ServerDevice>): Promise<readonly ServerDevice[]> {
  const list: ServerDevice[] = [];
  for await (const device of devices) list.push(device);
  return list;
}

/** Answers with each of `answers` in turn; keeps what it was asked. */
async function scripted(answers: readonly { status: number; body?: object; headers?: Record<string, string> }[]) {
  const asked: string[] = [];
  let next = 0;
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${String(request.headers["x-authorization"] ?? "-")}`);
    const { status, body = {}, headers = {} } = answers[next++] ?? { status: 599 };
    request.resume().on("end", () => response.writeHead(status, headers).end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const INFO = { status: 200, body: { version: "4.2.1", type: "CE" } };
/** As 3.6 says it. */
const OLD_INFO = { status: 200, body: { version: "3.6.4", artifact: "application", name: "ThingsBoard" } };
const login = (token: string) => ({ status: 200, body: { token } });

describe("the administration", () => {
  it("pages through one profile's devices, and deletes by id", async () => {
    const devices = Array.from({ length: 2_500 }, (_, index) => ({ profile: "ours", name: `d-${index}` }));
    const simulator = await startSimulator({
      http: {},
      profiles: PROFILES,
      devices: [...devices, { profile: "theirs", name: "d-2500" }],
    });
    const admin = createAdministration(access(simulator.httpPort ?? 0));
    try {
      expect(await admin.server(stop)).toMatchObject({ version: "4.2.1", edition: "CE" });
      expect(await admin.profileByKey("nobody's", stop)).toBeUndefined();
      const profile = await admin.profileByKey("our-key", stop);
      if (profile === undefined) throw new Error("no profile");
      expect(profile.name).toBe("ours");
      const found = await all(admin.devicesOf(profile, stop));
      expect(found.map(({ name }) => name)).toEqual(devices.map(({ name }) => name));
      const id = found[0]?.id ?? "";
      const device = await admin.deviceById(id, stop);
      if (device === undefined) throw new Error("no device");
      const window = { from: device.createdTime, to: device.createdTime };
      const own = { profiles: [profile.id], windowOf: () => window, seenBefore: new Set<string>() };
      const judgement = judgeDevice(id, device, [{ by: "request", ...own }]);
      if (!judgement.own) throw new Error(judgement.why);
      expect(await admin.deleteDevice(judgement.proof, stop)).toBe(true);
      expect(await admin.deleteDevice(judgement.proof, stop)).toBe(false);
      expect(await admin.deviceById(id, stop)).toBeUndefined();
      expect(simulator.store.size).toBe(2_500);
    } finally {
      await admin.close();
      await simulator.close();
    }
  });

  it("says who it is and what its tenant may; rate limits only to the system administrator", async () => {
    const simulator = await startSimulator({
      http: {},
      tenant: { messages: "100:1,5000:60", deviceMessages: "1:1", transport: "WARNING" },
    });
    const tenant = createAdministration(access(simulator.httpPort ?? 0));
    const system = createAdministration(
      access(simulator.httpPort ?? 0, { username: "sysadmin@thingsboard.org", password: new Secret("sysadmin") }),
    );
    try {
      const account = await tenant.account(stop);
      expect(account.authority).toBe("TENANT_ADMIN");
      expect(await tenant.transportState(stop)).toBe("WARNING");
      await expect(tenant.limitsOf(account.tenant, stop)).rejects.toMatchObject({ code: "admin-refused" });
      expect((await system.account(stop)).authority).toBe("SYS_ADMIN");
      expect(await system.limitsOf(account.tenant, stop)).toEqual({
        messages: "100:1,5000:60",
        deviceMessages: "1:1",
        gatewayMessages: undefined,
        rest: undefined,
      });
      await expect(system.usage(stop)).rejects.toMatchObject({ code: "admin-refused" });
    } finally {
      await tenant.close();
      await system.close();
      await simulator.close();
    }
  });

  it.each([
    ["a wrong password", (port: number) => access(port, { password: new Secret("wrong") }), "admin-refused"],
    [
      "an API key, on a server before 4.3",
      (port: number) => access(port, { apiKey: new Secret("tb_x") }),
      "admin-refused",
    ],
    ["nobody there", () => access(1), "admin-unreachable"],
  ] as const)("says what is wrong: %s", async (_, accessTo, code) => {
    const simulator = await startSimulator({ http: {} });
    const admin = createAdministration(accessTo(simulator.httpPort ?? 0));
    try {
      await expect(admin.server(stop)).rejects.toMatchObject({ code } satisfies Partial<RollcallError>);
    } finally {
      await admin.close();
      await simulator.close();
    }
  });

  it("takes devices whatever else is known of them, as those that were imported or described by hand", async () => {
    const id = "00000000-0000-4000-8000-000000000001";
    const own = { deviceProfileId: { id }, createdTime: 1 };
    const data = [null, {}, { description: "in the cellar" }, { gateway: true }].map((additionalInfo, index) => ({
      ...own,
      id: { id: `d${index}` },
      name: `n${index}`,
      additionalInfo,
    }));
    await using server = await scripted([login("a"), { status: 200, body: { data, hasNext: false } }]);
    const admin = createAdministration(access(server.port));
    const devices = await all(admin.devicesOf({ id }, stop));
    expect(devices.map(({ gateway }) => gateway)).toEqual([false, false, false, true]);
    await admin.close();
  });

  it.each(["..", "../deviceProfiles", "", "a?b", "%2e%2e"])("makes no path of an id that is none: %j", async (id) => {
    await using server = await scripted([login("t")]);
    const admin = createAdministration(access(server.port));
    const calls = [
      admin.deviceById(id, stop),
      admin.profileById(id, stop),
      admin.credentialsOf(id, stop),
      all(admin.devicesOf({ id }, stop)),
    ];
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: "admin-answer" });
    expect(server.asked).toEqual([]);
    await admin.close();
  });

  it("takes a server that does not tell its edition", async () => {
    await using server = await scripted([login("t"), OLD_INFO]);
    const admin = createAdministration(access(server.port));
    expect(await admin.server(stop)).toMatchObject({ version: "3.6.4", edition: null });
    await admin.close();
  });

  it("logs in again when its token has expired", async () => {
    await using server = await scripted([login("old"), { status: 401, body: { errorCode: 11 } }, login("new"), INFO]);
    const admin = createAdministration(access(server.port));
    expect(await admin.server(stop)).toMatchObject({ version: "4.2.1" });
    await admin.close();
    expect(server.asked).toEqual([
      "POST /api/auth/login -",
      "GET /api/system/info Bearer old",
      "POST /api/auth/login -",
      "GET /api/system/info Bearer new",
    ]);
  });

  it("refreshes a token while it can, and logs in again when that has ended too", async () => {
    const first = { status: 200, body: { token: "first", refreshToken: "r1" } };
    const second = { status: 200, body: { token: "second", refreshToken: "r2" } };
    const expired = { status: 401, body: { errorCode: 11 } };
    await using server = await scripted([first, expired, second, INFO, expired, expired, login("third"), INFO]);
    const admin = createAdministration(access(server.port));
    await admin.server(stop);
    await admin.server(stop);
    await admin.close();
    expect(server.asked).toEqual([
      "POST /api/auth/login -",
      "GET /api/system/info Bearer first",
      "POST /api/auth/token -",
      "GET /api/system/info Bearer second",
      "GET /api/system/info Bearer second",
      "POST /api/auth/token -",
      "POST /api/auth/login -",
      "GET /api/system/info Bearer third",
    ]);
  });

  it("renews a token before it ends, by what the token says of its life", async () => {
    const claims = Buffer.from(JSON.stringify({ iat: 1_000, exp: 1_000 })).toString("base64url");
    const short = { status: 200, body: { token: `h.${claims}.s`, refreshToken: "r" } };
    await using server = await scripted([short, login("fresh"), INFO, INFO]);
    const admin = createAdministration(access(server.port));
    await Promise.all([admin.server(stop), admin.server(stop)]);
    await admin.close();
    expect(server.asked).toEqual([
      "POST /api/auth/login -",
      "POST /api/auth/token -",
      "GET /api/system/info Bearer fresh",
      "GET /api/system/info Bearer fresh",
    ]);
  });

  it("asks again after a 429, when it is told to", async () => {
    await using server = await scripted([login("t"), { status: 429, headers: { "Retry-After": "0" } }, INFO]);
    const admin = createAdministration(access(server.port));
    expect(await admin.server(stop)).toMatchObject({ version: "4.2.1" });
    await admin.close();
    expect(server.asked).toHaveLength(3);
  });

  it("says once that it waits, where a 429 asks for long", async () => {
    const limited = (seconds: string) => ({ status: 429, headers: { "Retry-After": seconds } });
    await using server = await scripted([login("t"), limited("0"), limited("3600"), limited("3600")]);
    const stopping = new AbortController();
    const said: string[] = [];
    const onWait = (text: string): void => {
      said.push(text);
      setImmediate(() => stopping.abort());
    };
    const admin = createAdministration(access(server.port), { ...ADMIN_LIMITS, onWait });
    const asked = [admin.server(stopping.signal), admin.server(stopping.signal)];
    for (const each of await Promise.allSettled(asked)) expect(each.status).toBe("rejected");
    await admin.close();
    expect(said).toEqual([
      `http://127.0.0.1:${server.port} answers 429 (too many requests) and asks to wait: it is asked again in 30 s, and at most 8 times.`,
    ]);
  });

  it("gives up on a server that answers nothing but 429", async () => {
    const limited = { status: 429, headers: { "Retry-After": "0" } };
    await using server = await scripted([login("t"), ...Array.from({ length: 8 }, () => limited), INFO]);
    const admin = createAdministration(access(server.port));
    await expect(admin.server(stop)).rejects.toMatchObject({ code: "admin-rate-limit" });
    await admin.close();
  });
});
