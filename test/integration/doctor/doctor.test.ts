import { writeFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ownIo } from "../../../src/cli/streams.ts";
import { createWorld } from "../../../src/cli/world.ts";
import { diagnosePlan, type Patient } from "../../../src/runs/doctor/diagnose-plan.ts";
import type { Diagnosis } from "../../../src/doctor/diagnosis.ts";
import { greetMqtt } from "../../../src/doctor/visits/greet-mqtt.ts";
import type { Admin } from "../../../src/model/plan.ts";
import { Secret } from "../../../src/model/secret.ts";
import type { SimulatorOptions } from "../../../src/simulator/options.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { createTimers } from "../../../src/simulator/timing/timers.ts";
import { mqttTarget } from "../../contract/mqtt-harness.ts";
import { startMqttServer } from "../../contract/mqtt-server.ts";
import { timeoutsWith } from "../../contract/provisioner-contract.ts";
import { load, MINIMAL } from "../../support/scenario-text.ts";
import { issue } from "../simulator/certificates.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const world = createWorld(ownIo());
const never = new AbortController().signal;
const PROFILE = { name: "ours", key: "the-key", secret: "the-secret", strategy: "allow-create" } as const;

let folder = "";
const open: { close(): Promise<unknown> }[] = [];
beforeEach(() => {
  folder = testFolder();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator({ http: {}, profiles: [PROFILE], ...options });
  open.push(simulator);
  return simulator;
}

const administrator = (port: number | undefined, username: string, password: string): Admin => ({
  url: `http://127.0.0.1:${port}`,
  username,
  password: new Secret(password),
  apiKey: undefined,
  tls: undefined,
});
const tenant = (port: number | undefined) => administrator(port, "tenant@thingsboard.org", "tenant");
const system = (port: number | undefined) => administrator(port, "sysadmin@thingsboard.org", "sysadmin");

interface Case {
  readonly set?: readonly string[];
  readonly admin?: Admin | undefined;
  readonly system?: Admin | undefined;
}

/** Of a plan for `port`; an administrator only where one is given. */
function diagnose(port: number, { set = [], admin, system: ofSystem }: Case = {}, stop = never): Promise<Diagnosis> {
  const { plan, warnings } = load(MINIMAL, [
    "target.host=127.0.0.1",
    `target.port=${port}`,
    "timeouts.connect=5s",
    ...set,
  ]);
  const patient: Patient = {
    plan,
    warnings,
    scenario: join(folder, "scenario.yaml"),
    results: folder,
    simulated: false,
    workers: undefined,
    tenants: admin === undefined ? [] : [{ access: admin, groups: [0] }],
    system: ofSystem,
  };
  return diagnosePlan(world, patient, () => undefined, stop);
}

/** Of a simulator with both administrators. */
async function examined(options: SimulatorOptions = {}, set: readonly string[] = []): Promise<Diagnosis> {
  const { port, httpPort } = await simulate(options);
  return diagnose(port, { set, admin: tenant(httpPort), system: system(httpPort) });
}

/** "state: found", and the fix behind an arrow. */
function finding({ sections }: Diagnosis, name: string): string {
  const found = sections.flatMap(({ findings }) => findings).filter(({ check }) => check === name);
  return found
    .map(({ state, found: text, fix }) => `${state}: ${text}${fix === undefined ? "" : ` → ${fix}`}`)
    .join("\n");
}

const problems = ({ sections }: Diagnosis): readonly string[] =>
  sections.flatMap(({ findings }) => findings.filter(({ state }) => state === "problem").map(({ check }) => check));

describe("a server that is in order", () => {
  it("has no problem, and keeps no device", async () => {
    const simulator = await simulate({ preset: "thingsboard-2core" });
    const diagnosis = await diagnose(simulator.port, {
      admin: tenant(simulator.httpPort),
      system: system(simulator.httpPort),
    });
    expect(problems(diagnosis)).toEqual([]);
    expect(finding(diagnosis, "protocol")).toContain("CONNACK 0");
    expect(finding(diagnosis, "provisioning")).toMatch(/^ok: rollcall-doctor-abc123: SUCCESS, MQTT_BASIC, in /);
    expect(finding(diagnosis, "login")).toMatch(/^ok: let in/);
    expect(finding(diagnosis, "wrong login")).toMatch(/^ok: refused \(5 not authorised\)/);
    expect(finding(diagnosis, "clock")).toMatch(/^ok: .*agree/);
    expect(finding(diagnosis, "queue")).toMatch(/^ok: by its answers, .* and 16 workers, at most .* a second/);
    expect(simulator.store.size).toBe(0);
  });

  it("is told what it cannot say without an administrator, and which device stays", async () => {
    const simulator = await simulate();
    const diagnosis = await diagnose(simulator.port);
    expect(problems(diagnosis)).toEqual([]);
    expect(finding(diagnosis, "administrator")).toMatch(/^not-checked: no administrator is given/);
    expect(finding(diagnosis, "removal")).toMatch(/^warning: rollcall-doctor-abc123 stays on the server/);
    expect([...simulator.store.devices()].map(({ name }) => name)).toEqual(["rollcall-doctor-abc123"]);
  });

  it("tells of what a doctor before it could not delete, and leaves it", async () => {
    const simulator = await simulate({
      devices: [
        { profile: PROFILE.name, name: "rollcall-doctor-dead01" },
        { profile: PROFILE.name, name: "my-rollcall-doctor-1" },
      ],
    });
    const diagnosis = await diagnose(simulator.port, { admin: tenant(simulator.httpPort) });
    expect(finding(diagnosis, "earlier doctors")).toMatch(
      /^warning: devices of doctors before this one are still there: rollcall-doctor-dead01 →/,
    );
    expect([...simulator.store.devices()].map(({ name }) => name)).toEqual([
      "rollcall-doctor-dead01",
      "my-rollcall-doctor-1",
    ]);
  });

  it.each([
    ["http", "401 unauthorized"],
    ["coap", "4.01 unauthorized"],
  ] as const)("is known over %s by how it refuses a token", async (transport, said) => {
    const { httpPort, coapPort } = await simulate({ coap: {} });
    const set = [`target.transport=${transport}`, "fleet.credentials=access-token"];
    const diagnosis = await diagnose((transport === "http" ? httpPort : coapPort) ?? 0, {
      set,
      admin: tenant(httpPort),
    });
    expect(problems(diagnosis)).toEqual([]);
    expect(finding(diagnosis, "protocol")).toContain(said);
    expect(finding(diagnosis, "login")).toMatch(/^ok/);
  });
});

describe("a server that is not there, or another", () => {
  it("is said at once, and the rest is not checked", async () => {
    const simulator = await simulate();
    await simulator.close();
    const diagnosis = await diagnose(simulator.port, { admin: tenant(simulator.httpPort) });
    expect(problems(diagnosis)).toEqual(["port", "administrator"]);
    expect(finding(diagnosis, "port")).toContain("nobody listens");
    expect(finding(diagnosis, "provisioning")).toBe("not-checked: the port is not open");
    expect(finding(diagnosis, "profile")).toBe("not-checked: the administrator was not let in");
  });

  it("is said of a name without an address", async () => {
    const diagnosis = await diagnose(1883, { set: ["target.host=rollcall.invalid"] });
    expect(problems(diagnosis)).toEqual(["host name"]);
  });

  it.each([
    [
      "a web server (HTTP)",
      (socket: Socket) => socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
    ],
    ["an SSH server", (socket: Socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n")],
    ["closes it without a word", (socket: Socket) => socket.end()],
    ["an MQTT broker, but no ThingsBoard", (socket: Socket) => brokerOn(socket, 0)],
    ["refuses a provision session: CONNACK 5", (socket: Socket) => brokerOn(socket, 5)],
  ])("is named: %s", async (what, serve) => {
    const port = await listen(serve);
    const diagnosis = await diagnose(port);
    expect(problems(diagnosis)).toEqual(["protocol"]);
    expect(finding(diagnosis, "protocol")).toContain(what);
    expect(finding(diagnosis, "provisioning")).toBe("not-checked: no ThingsBoard answers there");
  });

  it("is named when it speaks TLS and the scenario does not, and the other way round", async () => {
    const { cert, key } = await issue("localhost");
    const { port, tlsPort } = await simulate({ tls: { cert, key } });
    const plain = await diagnose(tlsPort ?? 0);
    expect(finding(plain, "protocol")).toMatch(/a server that speaks TLS → .*set target.tls/);
    const secured = await diagnose(port, { set: ["target.tls=true"] });
    expect(finding(secured, "protocol")).toMatch(/MQTT without TLS → .*leave target.tls out/);
  });

  it("is a web server without the device API, over HTTP", async () => {
    const port = await listen((socket) => {
      socket.on("data", () => socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
    });
    const set = ["target.transport=http", "fleet.credentials=access-token"];
    expect(finding(await diagnose(port, { set }), "protocol")).toContain("404 not found");
  });
});

describe("the certificate", () => {
  async function overTls(host: string, tls: string, days = 300) {
    const ca = await issue("Company CA");
    const server = await issue("localhost", ca, days);
    await writeFile(join(folder, "company.pem"), ca.cert);
    const { tlsPort } = await simulate({ tls: server });
    return diagnose(tlsPort ?? 0, { set: [`target.host=${host}`, `target.tls=${tls}`] });
  }

  it("is trusted with its authority's file", async () => {
    const ca = await issue("Company CA");
    const file = join(folder, "company.pem");
    await writeFile(file, ca.cert);
    const { tlsPort } = await simulate({ tls: await issue("localhost", ca, 300) });
    const { plan } = load(MINIMAL, ["target.host=localhost", `target.port=${tlsPort}`, "target.tls=true"]);
    const trusting = {
      ...plan,
      target: { ...plan.target, tls: { caFile: file, serverName: undefined, insecure: false } },
    };
    const patient = {
      plan: trusting,
      warnings: [],
      scenario: file,
      results: folder,
      simulated: false,
      workers: undefined,
    };
    const diagnosis = await diagnosePlan(world, { ...patient, tenants: [], system: undefined }, () => undefined, never);
    expect(problems(diagnosis)).toEqual([]);
    expect(finding(diagnosis, "certificate")).toBe("ok: CN=localhost, issued by CN=Company CA");
    expect(finding(diagnosis, "server name")).toMatch(/^ok/);
    expect(finding(diagnosis, "TLS version")).toMatch(/^ok: TLSv1/);
    expect(finding(diagnosis, "provisioning")).toMatch(/^ok/);
  });

  it("is not trusted without: named are its issuer, and the file beside the scenario that would do", async () => {
    const diagnosis = await overTls("localhost", "true");
    expect(problems(diagnosis)).toEqual(["certificate"]);
    expect(finding(diagnosis, "certificate")).toContain("issued by CN=Company CA; not trusted");
    expect(finding(diagnosis, "certificate")).toContain(`Set target.tls.ca to ${join(folder, "company.pem")}`);
    expect(finding(diagnosis, "provisioning")).toBe("not-checked: the certificate is not trusted");
  });

  it("is for another name", async () => {
    const diagnosis = await overTls("127.0.0.1", "{insecure: true}");
    expect(problems(diagnosis)).toEqual([]);
    expect(finding(diagnosis, "certificate")).toMatch(/^warning/);
    expect(finding(diagnosis, "server name")).toMatch(
      /^warning: .* not for 127.0.0.1 but for localhost → Set target.tls.serverName to localhost/,
    );
  });

  it("ends soon", async () => {
    expect(finding(await overTls("localhost", "{insecure: true}", 10), "validity")).toMatch(/^warning: valid until/);
  });

  it("has ended", async () => {
    expect(finding(await overTls("localhost", "{insecure: true}", -2), "validity")).toMatch(
      /^problem: CN=localhost ended/,
    );
  });
});

describe("a profile that does not fit", () => {
  it.each([
    ["a wrong key", ["provisioning.key=other"], {}, "profile", "no profile of the tenant has the provision key other"],
    ["a wrong secret", ["provisioning.secret=other"], {}, "secret", "is not that of profile ours"],
    ["a disabled strategy", [], { strategy: "disabled" }, "strategy", 'the strategy "Disabled"'],
    ["another strategy", [], { strategy: "pre-provisioned" }, "strategy", "Check for pre-provisioned devices"],
  ] as const)("is told apart: %s", async (_, set, profile, check, said) => {
    const diagnosis = await examined({ profiles: [{ ...PROFILE, ...profile }] }, set);
    expect(problems(diagnosis)).toEqual([check, "provisioning"]);
    expect(finding(diagnosis, check)).toContain(said);
    expect(finding(diagnosis, "provisioning")).toContain("above");
  });

  it("is of another transport: the device is made, let in nowhere, and deleted", async () => {
    const simulator = await simulate({ profiles: [{ ...PROFILE, transport: "COAP" }] });
    const diagnosis = await diagnose(simulator.port, { admin: tenant(simulator.httpPort) });
    expect(problems(diagnosis)).toEqual(["transport type", "login"]);
    expect(finding(diagnosis, "login")).toContain("3 server unavailable → See transport type above.");
    expect(simulator.store.size).toBe(0);
  });

  it("is of another tenant", async () => {
    const diagnosis = await examined({ profiles: [{ ...PROFILE, tenant: "other" }] });
    expect(finding(diagnosis, "profile")).toMatch(/^warning: .* another tenant/);
    expect(finding(diagnosis, "removal")).toMatch(/^warning: .* has no such device/);
  });

  it("without an administrator says no more than the server does", async () => {
    const { port } = await simulate();
    const diagnosis = await diagnose(port, { set: ["provisioning.key=other"] });
    expect(finding(diagnosis, "provisioning")).toMatch(/NOT_FOUND.*With an administrator/);
  });

  it("of devices that must exist: one is made to try it, or an unknown name tells", async () => {
    const profiles = [{ ...PROFILE, strategy: "pre-provisioned" as const }];
    const set = ["provisioning.strategy=pre-provisioned", "fleet.prefix=meter"];
    const simulator = await simulate({ profiles, devices: [{ profile: "ours", name: "meter-000000" }] });
    const diagnosis = await diagnose(simulator.port, { set, admin: tenant(simulator.httpPort) });
    expect(problems(diagnosis)).toEqual(["device names"]);
    expect(finding(diagnosis, "device names")).toContain("meter-000005, meter-000009: no such device");
    expect(finding(diagnosis, "provisioning")).toMatch(/^ok: .*SUCCESS, ACCESS_TOKEN/);
    expect(simulator.store.size).toBe(1);
    const alone = await diagnose(simulator.port, { set });
    expect(finding(alone, "provisioning")).toMatch(/^ok: .*FAILURE.* only with the right key and secret/);
    expect(simulator.store.size).toBe(1);
  });
});

describe("what a tenant may", () => {
  it("is fewer devices than the run makes", async () => {
    const devices = [{ profile: "ours", name: "d" }];
    const diagnosis = await examined({ devices, limits: { maxDevices: 8 } });
    expect(problems(diagnosis)).toEqual(["device limit"]);
    expect(finding(diagnosis, "device limit")).toContain("of the run's 10, 3 will be answered FAILURE");
    const full = await examined({ devices, limits: { maxDevices: 1 } });
    expect(finding(full, "provisioning")).toContain("The tenant is full");
  });

  it("is fewer logins than the roll call makes", async () => {
    const diagnosis = await examined({ tenant: { messages: "1000:1,20:10" } });
    expect(problems(diagnosis)).toEqual(["rate limits"]);
    expect(finding(diagnosis, "rate limits")).toMatch(
      /20 messages in 10 s; 11 logins take 22.*Set rollCall.rate to 1\/s/,
    );
  });

  it("is only one login a device", async () => {
    const diagnosis = await examined({ tenant: { deviceMessages: "2:600" } });
    expect(problems(diagnosis)).toEqual(["wrong login"]);
    expect(finding(diagnosis, "wrong login")).toContain("refused at its second login");
  });

  it("is nothing: it has used it up", async () => {
    const diagnosis = await examined({ tenant: { transport: "DISABLED" } });
    expect(problems(diagnosis)).toEqual(["tenant usage", "login"]);
    expect(finding(diagnosis, "login")).toContain("See tenant usage above");
  });

  it("is told by no other than its administrator", async () => {
    const { httpPort, port } = await simulate();
    const wrong = await diagnose(1, { admin: administrator(httpPort, "tenant@thingsboard.org", "wrong") });
    expect(finding(wrong, "administrator")).toMatch(/^problem: .*401, "Invalid username or password"/);
    const sysadmin = await diagnose(port, { admin: system(httpPort) });
    expect(finding(sysadmin, "administrator")).toMatch(/^problem: let in, but as SYS_ADMIN/);
    expect(finding(sysadmin, "device limit")).toBe("not-checked: this is no tenant administrator");
    expect(finding(sysadmin, "removal")).toContain("stays on the server");
  });
});

describe("a server with faults", () => {
  it("shuts the address out after one wrong login", async () => {
    const diagnosis = await examined({ limits: { wrongLoginsPerAddress: 1 } });
    expect(problems(diagnosis)).toEqual(["wrong login"]);
    expect(finding(diagnosis, "wrong login")).toContain("shuts this address out");
  });

  it("lets anyone in", async () => {
    const diagnosis = await examined({ faults: [{ kind: "admits-anyone" }] });
    expect(problems(diagnosis)).toEqual(["wrong login"]);
    expect(finding(diagnosis, "wrong login")).toContain("proves nothing");
  });

  it("does not take the credentials that it issued", async () => {
    const diagnosis = await examined({ faults: [{ kind: "refuses-good" }] });
    expect(problems(diagnosis)).toEqual(["login"]);
  });

  it("makes a device and does not say so: it is found and deleted all the same", async () => {
    const simulator = await simulate({ faults: [{ kind: "ghost", ms: 50 }] });
    const diagnosis = await diagnose(simulator.port, { admin: tenant(simulator.httpPort) });
    expect(problems(diagnosis)).toEqual(["provisioning"]);
    expect(finding(diagnosis, "provisioning")).toContain("acknowledged-not-answered");
    expect(finding(diagnosis, "removal")).toBe("ok: rollcall-doctor-abc123 was deleted again");
    expect(simulator.store.size).toBe(0);
    const alone = await diagnose(simulator.port);
    expect(finding(alone, "removal")).toMatch(/^warning: rollcall-doctor-abc123 may exist/);
  });

  it("has another time", async () => {
    const timers = createTimers();
    const late = { ...timers, wall: () => timers.wall() - 60_000 };
    const diagnosis = await examined({ timers: late });
    expect(finding(diagnosis, "clock")).toMatch(/^problem: the server's clock is (?:59(?:\.\d)? s|1 min) behind/);
  });

  it("is of a release that ignores gateways, and works on one request at a time", async () => {
    const diagnosis = await examined({ version: "3.7", preset: "thingsboard-2core" }, [
      "fleet.gateway=true",
      "fleet.count=4000",
      "load={burst: true}",
    ]);
    expect(finding(diagnosis, "gateways")).toMatch(/^problem: this release ignores fleet.gateway/);
    expect(finding(diagnosis, "queue")).toMatch(
      /^warning: .* 1 worker, .*4,000 at once take [\d.]+ (?:s|min)\b.* or more/,
    );
  });

  it("is newer than any that is known", async () => {
    expect(finding(await examined({ version: "4.5.0-SNAPSHOT" }), "release")).toMatch(
      /^warning: ThingsBoard CE 4\.5\.0-SNAPSHOT: newer/,
    );
  });
});

it("deletes its device when it is interrupted", async () => {
  const simulator = await simulate({ faults: [{ kind: "delay", ms: 60_000 }] });
  const abort = new AbortController();
  const watch = setInterval(() => simulator.store.size > 0 && abort.abort(), 10);
  try {
    const diagnosis = diagnose(simulator.port, { admin: tenant(simulator.httpPort) }, abort.signal);
    await expect(diagnosis).rejects.toThrow("aborted");
    expect(simulator.stats().requests).toBe(1);
    expect(simulator.store.size).toBe(0);
  } finally {
    clearInterval(watch);
  }
});

/** Takes everything that is published or subscribed to, as brokers do that nobody has told otherwise. */
function brokerOn(socket: Socket, code: number): void {
  socket.on("data", (chunk) => {
    if (chunk[0] === 0x10) socket.write(Buffer.from([0x20, 2, 0, code]));
    const subscribe = chunk.indexOf(Buffer.from([0x82]));
    if (chunk[0] !== 0x10 && subscribe >= 0) socket.write(Buffer.from([0x90, 3, 0, 1, 0, 0xd0, 0]));
  });
}

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  });
  return (server.address() as AddressInfo).port;
}

it("shows what an MQTT 5 server says beside its code, and none of its control characters", async () => {
  const properties = { reasonString: "go \u001b[31maway", serverReference: "tb-2:1883" };
  await using server = await startMqttServer("5", ({ cmd }, line) => {
    if (cmd === "connect") line.send({ cmd: "connack", reasonCode: 0x9c, sessionPresent: false, properties });
  });
  const plan = {
    target: mqttTarget({ version: "5", client: "lean" }, server.port),
    timeouts: timeoutsWith(undefined),
  };
  const greeting = await greetMqtt(plan, () => 0, new AbortController().signal);
  expect(greeting).toEqual({
    kind: "refused",
    said: 'CONNACK 0x9c use another server ("go \u{FFFD}[31maway"); use another server: tb-2:1883',
  });
});
