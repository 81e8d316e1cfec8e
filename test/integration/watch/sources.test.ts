import { writeFileSync } from "node:fs";
import { createServer as createSecureServer } from "node:https";
import { join } from "node:path";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { parseMetricSelector } from "../../../src/model/metric-selector.ts";
import { Secret } from "../../../src/model/secret.ts";
import type { TlsPlan } from "../../../src/model/plan.ts";
import { createServerIdentity } from "../../../src/simulator/transports/server-identity.ts";
import type { LookCost } from "../../../src/model/watch.ts";
import { startSimulator } from "../../../src/simulator/simulator.ts";
import { ADMIN_LIMITS, createAdministration } from "../../../src/thingsboard/admin.ts";
import type { WatchSource } from "../../../src/watch/look.ts";
import { createPrometheusSource } from "../../../src/watch/prometheus-source.ts";
import { createSystemInfoSource } from "../../../src/watch/system-info-source.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const never = new AbortController().signal;
const NO_ACCESS = { username: undefined, password: undefined, bearer: undefined, tls: undefined };
const SELECTORS = [parseMetricSelector("process_cpu_usage"), parseMetricSelector("up")].filter(
  (selector) => selector !== undefined,
);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of one answer, at a free port of this machine. */
async function serve(answer: Answer) {
  const server = createServer((request, response) => {
    request.resume();
    response.on("error", () => undefined);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const text =
  (body: string, status = 200, type = "text/plain; version=0.0.4"): Answer =>
  (_, response) =>
    void response.writeHead(status, { "Content-Type": type }).end(body);

function systemInfo(url: string, limits = { bytes: 65_536, answerMs: 5_000, longMs: 5_000, bodyMs: 5_000 }) {
  const access = { url, username: "sysadmin@thingsboard.org", password: new Secret("sysadmin"), apiKey: undefined };
  let cost: LookCost = { requests: 0, bytes: 0 };
  const admin = createAdministration(
    { ...access, tls: undefined },
    {
      ...ADMIN_LIMITS,
      exchange: limits,
      onAnswer: (bytes) => (cost = { requests: cost.requests + 1, bytes: cost.bytes + bytes }),
    },
  );
  return createSystemInfoSource(admin, () => cost);
}

async function lookAt(source: WatchSource, stop = never) {
  try {
    return await source.look(stop);
  } finally {
    await source.close();
  }
}

/** Lets everybody in, and answers the rest as it is told. */
const behindLogin =
  (answer: Answer): Answer =>
  (request, response) =>
    request.url === "/api/auth/login"
      ? text('{"token":"t","refreshToken":"r"}', 200, "application/json")(request, response)
      : answer(request, response);

describe("a Prometheus endpoint", () => {
  it("tells what is watched, and what asking cost; its name has no query", async () => {
    const body = "process_cpu_usage 0.25\nother 1\n";
    await using server = await serve(text(body));
    const source = createPrometheusSource(`${server.url}/metrics?token=hush`, NO_ACCESS, SELECTORS);
    expect(source.name).toBe(`${server.url}/metrics`);
    expect(await lookAt(source)).toEqual({
      kind: "seen",
      requests: 1,
      bytes: body.length,
      services: [{ service: server.host, values: [{ metric: "process_cpu_usage", value: 0.25 }] }],
      leftOut: 0,
    });
  });

  it.each([
    ["basic", { username: "u", password: new Secret("p:w") }, `Basic ${Buffer.from("u:p:w").toString("base64")}`],
    ["bearer", { bearer: new Secret("token") }, "Bearer token"],
  ])("is given the access that it has: %s", async (_, access, expected) => {
    let given: string | undefined;
    await using server = await serve((request, response) => {
      given = request.headers.authorization;
      text("up 1\n")(request, response);
    });
    expect(await lookAt(createPrometheusSource(server.url, { ...NO_ACCESS, ...access }, SELECTORS))).toMatchObject({
      kind: "seen",
    });
    expect(given).toBe(expected);
  });

  it.each([
    ["a page", text("<html>\n<p>log in</p>\n</html>", 200, "text/html"), /no Prometheus text but text\/html: 3 lines/],
    ["JSON", text('{"status":"UP"}', 200, "application/json"), /no Prometheus text but application\/json/],
    ["nothing", text(""), /no Prometheus text/],
    ["other metrics", text("b 1\n"), /none of the metrics that are watched/],
    ["401", text("no", 401), /answers 401: it wants other credentials/],
    ["500", text("no", 500), /answers 500/],
    [
      "a redirect, which is not followed",
      (_: unknown, response: ServerResponse) => void response.writeHead(302, { Location: "http://127.0.0.9/" }).end(),
      /answers 302, a redirect/,
    ],
    [
      "a cut answer",
      (_: unknown, response: ServerResponse) => void response.write("up", () => response.destroy()),
      /./,
    ],
  ] satisfies readonly (readonly [string, Answer, RegExp])[])(
    "is a gap where it answers %s",
    async (_, answer, why) => {
      await using server = await serve(answer);
      const look = await lookAt(createPrometheusSource(server.url, NO_ACCESS, SELECTORS));
      expect(look).toMatchObject({ kind: "gap", requests: 1, why: expect.stringMatching(why) as unknown });
    },
  );

  it("is a gap where nobody is there", async () => {
    const gone = await serve(text("up 1\n"));
    await gone[Symbol.asyncDispose]();
    const look = await lookAt(createPrometheusSource(gone.url, NO_ACCESS, SELECTORS));
    expect(look).toMatchObject({ kind: "gap", why: expect.stringContaining("ECONNREFUSED") as unknown });
  });

  it("is asked over TLS with an authority of its own; a certificate that is not taken is one sentence", async () => {
    const { key, cert } = await createServerIdentity();
    const caFile = join(testFolder(), "ca.pem");
    writeFileSync(caFile, cert);
    const server = createSecureServer({ key, cert }, (_, response) => void response.end("up 1\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
    const tls = { caFile: undefined, serverName: undefined, insecure: false };
    const lookWith = (own: Partial<TlsPlan>) =>
      lookAt(createPrometheusSource(url, { ...NO_ACCESS, tls: { ...tls, ...own } }, SELECTORS));
    try {
      for (const own of [{ caFile }, { insecure: true }]) {
        expect(await lookWith(own)).toMatchObject({
          kind: "seen",
          services: [{ values: [{ metric: "up", value: 1 }] }],
        });
      }
      const ADVICE = "): give its authority, or its name, in watch.tls";
      for (const own of [{}, { caFile, serverName: "tb.example.com" }]) {
        const look = await lookWith(own);
        const why = look.kind === "gap" ? look.why : "";
        expect(why).toMatch(/^its certificate is not trusted \(.+\): give/);
        expect(why.endsWith(ADVICE)).toBe(true);
        expect(why.split("\n")).toHaveLength(1);
      }
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("is a gap where it never answers: whoever looks has a time", async () => {
    const time = new AbortController();
    await using server = await serve(() => time.abort());
    const look = await lookAt(createPrometheusSource(server.url, NO_ACCESS, SELECTORS), time.signal);
    expect(look).toMatchObject({ kind: "gap", why: "no whole answer in time" });
  });

  it("is a gap where its answer never ends", async () => {
    await using server = await serve((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write("up 1\n".repeat(10_000)));
      };
      response.on("drain", more);
      more();
    });
    const look = await lookAt(createPrometheusSource(server.url, NO_ACCESS, SELECTORS));
    expect(look).toMatchObject({ kind: "gap", why: "more than 8 MiB are not read" });
  });
});

describe("systemInfo", () => {
  it("is told by the simulator to its system administrator, as ThingsBoard tells it", async () => {
    const simulator = await startSimulator({ http: {} });
    try {
      const look = await lookAt(systemInfo(`http://127.0.0.1:${simulator.httpPort}`));
      expect(look).toMatchObject({
        kind: "seen",
        requests: 2,
        leftOut: 0,
        services: [{ service: "simulator", type: "MONOLITH", processors: 4, memoryBytes: 8_589_934_592 }],
      });
      const metrics = look.kind === "seen" ? look.services[0]?.values.map(({ metric }) => metric) : [];
      expect(metrics).toEqual(["cpu", "memory", "disk"]);
    } finally {
      await simulator.close();
    }
  });

  it("is refused to a tenant administrator", async () => {
    const simulator = await startSimulator({ http: {} });
    const tenant = { username: "tenant@thingsboard.org", password: new Secret("tenant"), apiKey: undefined };
    const admin = createAdministration({ url: `http://127.0.0.1:${simulator.httpPort}`, ...tenant, tls: undefined });
    try {
      await expect(admin.services(never)).rejects.toMatchObject({ code: "admin-refused" });
    } finally {
      await admin.close();
      await simulator.close();
    }
  });

  it("has what a service does not tell, and a hundred services at most, with names that are bounded", async () => {
    const systemData = Array.from({ length: 150 }, (_, index) => ({
      serviceId: `${"x".repeat(500)}${index}`.slice(index),
      serviceType: "TB_CORE",
      cpuUsage: null,
      memoryUsage: 100,
    }));
    await using server = await serve(
      behindLogin(text(JSON.stringify({ monolith: false, systemData }), 200, "application/json")),
    );
    const look = await lookAt(
      systemInfo(server.url, { bytes: 1_048_576, answerMs: 5_000, longMs: 5_000, bodyMs: 5_000 }),
    );
    // Of names that are the same as far as they are kept the first counts.
    expect(look).toMatchObject({ kind: "seen", leftOut: 149 });
    const [service] = look.kind === "seen" ? look.services : [];
    expect(service).toEqual({
      service: `${"x".repeat(100)}…`,
      type: "TB_CORE",
      values: [{ metric: "memory", value: 1 }],
    });
  });

  it.each([
    ["a share above the whole", '{"systemData":[{"serviceId":"a","serviceType":"b","cpuUsage":101}]}', /cpuUsage/],
    ["no list", '{"systemData":{}}', /systemData/],
    ["no service", '{"systemData":[]}', /names no service/],
    ["no JSON", "up 1", /admin\/systemInfo/],
    ["more than is read", JSON.stringify({ systemData: ["x".repeat(70_000)] }), /more than/],
  ])("is a gap where it is %s", async (_, body, why) => {
    await using server = await serve(behindLogin(text(body, 200, "application/json")));
    const look = await lookAt(systemInfo(server.url));
    expect(look).toMatchObject({ kind: "gap", why: expect.stringMatching(why) as unknown });
  });
});
