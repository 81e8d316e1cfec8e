import { afterEach, describe, expect, it } from "vitest";
import type { SimulatorOptions } from "../../../src/simulator/options.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { connectPacket, openClient, request as provision } from "./client.ts";

let simulator: Simulator | undefined;
afterEach(() => simulator?.close());

type Body = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly body: Body;
}

async function call(method: string, path: string, body?: unknown, authorisation?: string): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${simulator?.httpPort}${path}`, {
    method,
    headers: {
      "Content-Type": "application/json",
      ...(authorisation === undefined ? {} : { "X-Authorization": authorisation }),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Body };
}

/** An administrator's calls. */
async function logIn(options: SimulatorOptions = {}) {
  simulator = await startSimulator({ http: {}, ...options });
  const { body } = await call("POST", "/api/auth/login", { username: "tenant@thingsboard.org", password: "tenant" });
  return (method: string, path: string, given?: unknown) =>
    call(method, path, given, `Bearer ${String(body["token"])}`);
}

const profileBody = (name: string, key: string | null, type = "ALLOW_CREATE_NEW_DEVICES", secret = "secret") => ({
  name,
  provisionType: type,
  provisionDeviceKey: key,
  profileData: { provisionConfiguration: { type, provisionDeviceSecret: secret } },
});

const idOf = ({ body }: Answer): string => (body["id"] as { readonly id: string }).id;
const said = ({ status, body }: Answer): readonly unknown[] => [status, body["errorCode"], body["message"]];
const UNKNOWN = "00000000-0000-4000-8000-ffffffffffff";

describe("REST of several tenants", () => {
  const TWO: SimulatorOptions = {
    http: {},
    administrators: [{ user: "other@example.com", password: "other-password", tenant: "other" }],
    profiles: [
      { name: "meters", key: "meters-key", secret: "s", strategy: "allow-create" },
      { name: "meters", key: "cameras-key", secret: "s", strategy: "allow-create", tenant: "other" },
    ],
    devices: [{ profile: "meters", name: "of-the-first" }],
  };
  const listed = ({ body }: Answer, key: string): unknown => (body["data"] as readonly Body[]).map((each) => each[key]);

  it("shows each administrator what is its tenant's own, and nothing of another: not by list, name, count or id", async () => {
    const first = await logIn(TWO);
    const { body } = await call("POST", "/api/auth/login", {
      username: "other@example.com",
      password: "other-password",
    });
    const other = (method: string, path: string, given?: unknown) =>
      call(method, path, given, `Bearer ${String(body["token"])}`);
    const profiles = "/api/deviceProfiles?pageSize=10&page=0&sortProperty=name";
    expect(listed(await first("GET", profiles), "provisionDeviceKey")).toEqual([null, "meters-key"]);
    expect(listed(await other("GET", profiles), "provisionDeviceKey")).toEqual([null, "cameras-key"]);
    const devices = "/api/tenant/deviceInfos?pageSize=10&page=0";
    expect(listed(await first("GET", devices), "name")).toEqual(["of-the-first"]);
    expect(listed(await other("GET", devices), "name")).toEqual([]);
    const mine = await other("POST", "/api/device", { name: "of-the-first" });
    expect(mine.status).toBe(200);
    const theirs = await first("GET", "/api/tenant/devices?deviceName=of-the-first");
    expect(idOf(theirs)).not.toBe(idOf(mine));
    for (const [method, path] of [
      ["GET", `/api/device/${idOf(theirs)}`],
      ["DELETE", `/api/device/${idOf(theirs)}`],
      ["GET", `/api/device/${idOf(theirs)}/credentials`],
    ] as const) {
      expect({ path, status: (await other(method, path)).status }).toEqual({ path, status: 404 });
    }
    expect((await other("POST", "/api/entitiesQuery/count", { entityFilter: { type: "entityType" } })).body).toBe(1);
    expect((await other("GET", "/api/usage")).body).toMatchObject({ devices: 1 });
    const tenantOf = async (ask: typeof other) =>
      ((await ask("GET", "/api/auth/user")).body["tenantId"] as { readonly id: string }).id;
    expect(await tenantOf(other)).not.toBe(await tenantOf(first));
    expect((await other("GET", `/api/tenant/${await tenantOf(first)}`)).status).toBe(403);
    expect((mine.body["tenantId"] as { readonly id: string }).id).toBe(await tenantOf(other));
  });
});

/** Each answer as a real 4.2.1 gave it. */
describe("REST, as the tenant's administrator has it", () => {
  it("lets in by password and token, and says why not", async () => {
    await logIn();
    const wrong = await call("POST", "/api/auth/login", { username: "tenant@thingsboard.org", password: "x" });
    expect(said(wrong)).toEqual([401, 10, "Invalid username or password"]);
    for (const unreadable of ["nope", { username: "", password: "x" }, { username: "x", password: "" }]) {
      const login = await call("POST", "/api/auth/login", unreadable);
      expect(said(login)).toEqual([401, 10, "Authentication failed"]);
    }
    expect(said(await call("GET", "/api/system/info"))).toEqual([401, 10, "Authentication failed"]);
    const old = Buffer.from(JSON.stringify({ exp: 1_600_000_000 })).toString("base64url");
    expect(said(await call("GET", "/api/system/info", undefined, `Bearer x.${old}.z`))).toEqual([
      401,
      11,
      "Token has expired",
    ]);
    expect(said(await call("GET", "/api/system/info", undefined, "Bearer x.y.z"))).toEqual([
      401,
      10,
      "Invalid username or password",
    ]);
    expect(said(await call("POST", "/api/auth/token", { refreshToken: "x" }))).toEqual([
      401,
      10,
      "Invalid username or password",
    ]);
  });

  it("refreshes a token that has ended", async () => {
    simulator = await startSimulator({ http: {}, limits: { tokenLifetimeMs: 0 } });
    const { body } = await call("POST", "/api/auth/login", { username: "tenant@thingsboard.org", password: "tenant" });
    const old = await call("GET", "/api/system/info", undefined, `Bearer ${String(body["token"])}`);
    expect(said(old)).toEqual([401, 11, "Token has expired"]);
    const fresh = await call("POST", "/api/auth/token", { refreshToken: body["refreshToken"] });
    expect(fresh.status).toBe(200);
    expect(fresh.body["token"]).not.toBe(body["token"]);
  });

  it("counts a tenant's calls against its limit, and logins and the system administrator's not", async () => {
    const ask = await logIn({ tenant: { rest: "2:3600" } });
    const statuses = [];
    for (let calls = 0; calls < 3; calls += 1) statuses.push((await ask("GET", "/api/system/info")).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect(said(await ask("GET", "/api/system/info"))).toEqual([429, 33, "Too many requests for current tenant!"]);
    const account = { username: "sysadmin@thingsboard.org", password: "sysadmin" };
    const { body } = await call("POST", "/api/auth/login", account);
    const system = await call("GET", "/api/system/info", undefined, `Bearer ${String(body["token"])}`);
    expect(system.status).toBe(200);
  });

  it("knows API keys from 4.3 on", async () => {
    const old = await logIn({ apiKeys: ["tb_key"] });
    expect((await call("GET", "/api/system/info", undefined, "ApiKey tb_key")).status).toBe(401);
    expect((await old("POST", "/api/apiKey", {})).status).toBe(404);
    await simulator?.close();
    const ask = await logIn({ version: "4.3.1", apiKeys: ["tb_key"] });
    expect((await call("GET", "/api/system/info", undefined, "ApiKey tb_key")).body["version"]).toBe("4.3.1");
    const made = await ask("POST", "/api/apiKey", { userId: { id: UNKNOWN }, enabled: true, expirationTime: 0 });
    expect(said(await ask("POST", "/api/apiKey", {}))).toEqual([400, 31, "Invalid entity id"]);
    const key = String(made.body["value"]);
    expect(key).toMatch(/^tb_/);
    expect((await call("GET", "/api/system/info", undefined, `ApiKey ${key}`)).status).toBe(200);
  });

  it("makes, finds and deletes profiles, and refuses as ThingsBoard does", async () => {
    const ask = await logIn();
    const made = await ask("POST", "/api/deviceProfile", profileBody("mine", "k"));
    expect(made.body).toMatchObject({
      name: "mine",
      provisionDeviceKey: "k",
      transportType: "DEFAULT",
      default: false,
    });
    expect(said(await ask("POST", "/api/deviceProfile", profileBody("mine", "k2")))).toEqual([
      400,
      31,
      "Device profile with such name already exists!",
    ]);
    expect(said(await ask("POST", "/api/deviceProfile", profileBody("other", "k")))).toEqual([
      400,
      31,
      "Device profile with such provision device key already exists!",
    ]);
    expect(said(await ask("POST", "/api/deviceProfile", profileBody("", "k3")))).toEqual([
      400,
      31,
      "Device profile name should be specified!",
    ]);
    expect((await ask("POST", "/api/deviceProfile", "{nope")).status).toBe(500);
    expect(said(await ask("GET", `/api/deviceProfile/${UNKNOWN}`))).toEqual([
      404,
      32,
      `Device profile with id [${UNKNOWN}] is not found`,
    ]);
    expect(said(await ask("GET", "/api/deviceProfile/nope"))).toEqual([400, 31, "Invalid UUID string: nope"]);
    const found = await ask("GET", "/api/deviceProfiles?pageSize=10&page=0&textSearch=MIN");
    expect(found.body).toMatchObject({ totalElements: 1, totalPages: 1, hasNext: false, data: [{ name: "mine" }] });
    const id = idOf(made);
    const device = await ask("POST", "/api/device", { name: "d", deviceProfileId: { id } });
    expect(said(await ask("DELETE", `/api/deviceProfile/${id}`))).toEqual([
      400,
      31,
      "The device profile referenced by the devices cannot be deleted!",
    ]);
    await ask("DELETE", `/api/device/${idOf(device)}`);
    expect((await ask("DELETE", `/api/deviceProfile/${id}`)).status).toBe(200);
    expect((await ask("DELETE", `/api/deviceProfile/${id}`)).status).toBe(404);
    const standard = await ask("GET", "/api/deviceProfiles?pageSize=1&page=0&textSearch=default");
    const [{ id: standardId } = { id: { id: "" } }] = standard.body["data"] as readonly { id: { id: string } }[];
    expect(said(await ask("DELETE", `/api/deviceProfile/${standardId.id}`))).toEqual([
      400,
      31,
      "Deletion of Default Device Profile is prohibited!",
    ]);
  });

  it("provisions under a profile made over REST, and no longer once that is changed", async () => {
    const ask = await logIn();
    const made = await ask("POST", "/api/deviceProfile", profileBody("mine", "k"));
    const wish = { provisionDeviceKey: "k", provisionDeviceSecret: "secret" };
    const statusOf = async (deviceName: string): Promise<unknown> => {
      const events = await provision(simulator?.port ?? 0, 4, Buffer.from(JSON.stringify({ ...wish, deviceName })));
      const payloads = events.flatMap((event) => (event.cmd === "publish" ? [String(event.payload)] : []));
      return (JSON.parse(payloads[0] ?? "{}") as Body)["status"];
    };
    expect(await statusOf("a")).toBe("SUCCESS");
    const changed = { ...profileBody("mine", "k", "ALLOW_CREATE_NEW_DEVICES", "another"), id: made.body["id"] };
    expect((await ask("POST", "/api/deviceProfile", changed)).status).toBe(200);
    expect(await statusOf("b")).toBe("NOT_FOUND");
  });

  it("makes devices one by one and in bulk, shows their credentials, and counts them", async () => {
    const ask = await logIn();
    const profile = { id: idOf(await ask("POST", "/api/deviceProfile", profileBody("mine", "k"))) };
    const plain = await ask("POST", "/api/device?accessToken=tok", { name: "d1", deviceProfileId: profile });
    expect((await ask("GET", `/api/device/${idOf(plain)}/credentials`)).body).toMatchObject({
      credentialsType: "ACCESS_TOKEN",
      credentialsId: "tok",
      credentialsValue: null,
    });
    expect(said(await ask("POST", "/api/device", { name: "d1", deviceProfileId: profile }))).toEqual([
      400,
      31,
      "Device with such name already exists!",
    ]);
    expect(said(await ask("POST", "/api/device?accessToken=tok", { name: "d2", deviceProfileId: profile }))).toEqual([
      400,
      31,
      "Device credentials are already assigned to another device!",
    ]);
    const value = JSON.stringify({ clientId: "c", userName: "u", password: "p" });
    const basic = await ask("POST", "/api/device-with-credentials", {
      device: { name: "d3", deviceProfileId: profile, additionalInfo: { gateway: true } },
      credentials: { credentialsType: "MQTT_BASIC", credentialsValue: value },
    });
    expect(basic.body).toMatchObject({ additionalInfo: { gateway: true }, type: "mine" });
    expect((await ask("GET", `/api/device/${idOf(basic)}/credentials`)).body).toMatchObject({
      credentialsType: "MQTT_BASIC",
      credentialsValue: value,
    });
    expect(said(await ask("GET", `/api/device/${UNKNOWN}/credentials`))).toEqual([
      404,
      32,
      `Device with id [${UNKNOWN}] is not found`,
    ]);
    const columns = [{ type: "NAME" }, { type: "TYPE" }];
    const mapping = { columns, delimiter: ",", header: true, update: false };
    const file = 'name,type\nb1,mine\n"b,2",mine\nd1,mine\n';
    expect((await ask("POST", "/api/device/bulk_import", { file, mapping })).body).toEqual({
      created: 2,
      updated: 1,
      errors: 0,
      errorsList: [],
    });
    expect((await ask("GET", "/api/tenant/devices?deviceName=b%2C2")).body).toMatchObject({
      name: "b,2",
      additionalInfo: {},
    });
    expect(said(await ask("GET", "/api/tenant/devices?deviceName=b3"))).toEqual([
      404,
      32,
      "Requested item wasn't found!",
    ]);
    const filter = (entityFilter: object) => ask("POST", "/api/entitiesQuery/count", { entityFilter });
    expect((await filter({ type: "deviceType", deviceTypes: ["mine"], deviceNameFilter: "" })).body).toBe(4);
    expect((await filter({ type: "deviceType", deviceTypes: ["other"], deviceNameFilter: "" })).body).toBe(0);
    expect((await filter({ type: "entityType", entityType: "DEVICE" })).body).toBe(4);
    expect((await ask("GET", "/api/usage")).body).toMatchObject({ devices: 4, maxDevices: 0 });
    const newest = await ask(
      "GET",
      `/api/tenant/deviceInfos?pageSize=1&page=1&deviceProfileId=${profile.id}&sortProperty=name&sortOrder=DESC`,
    );
    expect(newest.body).toMatchObject({ data: [{ name: "d1" }], totalElements: 4, totalPages: 4, hasNext: true });
  });

  it("refuses a page that is none", async () => {
    const ask = await logIn();
    expect(said(await ask("GET", "/api/deviceProfiles?pageSize=10"))).toEqual([
      400,
      31,
      'Parameter conditions "pageSize, page" not met for actual request parameters: pageSize={10}',
    ]);
    expect(said(await ask("GET", "/api/deviceProfiles?pageSize=0&page=0"))).toEqual([
      400,
      31,
      "Incorrect page link page size '0'. Page size must be greater than zero.",
    ]);
    expect(said(await ask("GET", "/api/deviceProfiles?pageSize=1&page=0&sortProperty=nope"))).toEqual([
      500,
      46,
      "Database error",
    ]);
  });

  it("keeps server-side attributes", async () => {
    const ask = await logIn();
    const id = idOf(await ask("POST", "/api/device", { name: "d" }));
    const attributes = `/api/plugins/telemetry/DEVICE/${id}`;
    const read = async () =>
      (await ask("GET", `${attributes}/values/attributes/SERVER_SCOPE?keys=provisionState`)).body;
    expect(await read()).toEqual([]);
    await ask("POST", `${attributes}/SERVER_SCOPE`, { provisionState: "provisioned" });
    expect(await read()).toMatchObject([{ key: "provisionState", value: "provisioned" }]);
    await ask("DELETE", `${attributes}/SERVER_SCOPE?keys=provisionState`);
    expect(await read()).toEqual([]);
  });

  it("closes the session of a device that is deleted (B8)", async () => {
    const ask = await logIn();
    const id = idOf(await ask("POST", "/api/device?accessToken=tok", { name: "d" }));
    const client = openClient(simulator?.port ?? 0, 4);
    client.send(connectPacket(4, { username: "tok" }));
    expect(await client.next()).toMatchObject({ cmd: "connack", returnCode: 0 });
    await ask("DELETE", `/api/device/${id}`);
    expect((await client.rest()).at(-1)?.cmd).toBe("closed");
  });

  it.each([
    ["too-many-requests", [429, 33, "Too many requests for current tenant!"]],
    ["expired-token", [401, 11, "Token has expired"]],
  ] as const)("fails on demand: %s", async (kind, expected) => {
    simulator = await startSimulator({ http: {}, faults: [{ kind, rate: 1 }] });
    const login = await call("POST", "/api/auth/login", { username: "tenant@thingsboard.org", password: "tenant" });
    const token = String(login.body["token"]);
    expect(said(await call("GET", "/api/system/info", undefined, `Bearer ${token}`))).toEqual(expected);
  });
});
