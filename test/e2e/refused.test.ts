import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

let simulator: Simulator;
let proxy: Server;
let answer: { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

beforeEach(async () => {
  simulator = await startSimulator({
    http: {},
    profiles: [{ name: "p", key: "e2e-key", secret: SECRET, strategy: "allow-create" }],
  });
  let requests = 0;
  // Answers every third provision request itself, and passes the rest on.
  proxy = createServer((incoming, outgoing) => {
    if (incoming.url?.includes("provision") === true && ++requests % 3 === 0) {
      incoming.resume();
      outgoing.writeHead(answer.status, answer.headers);
      return void outgoing.end(answer.body);
    }
    const { url: path, method, headers } = incoming;
    const onward = request({ host: "127.0.0.1", port: simulator.httpPort, path, method, headers }, (came) => {
      outgoing.writeHead(came.statusCode ?? 500, came.headers);
      came.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  await simulator.close();
});

/** Sixty devices over HTTP, of which twenty are refused. */
async function run() {
  await using folder = await temporaryFolder();
  const scenario = await writeScenario(folder.path);
  const results = join(folder.path, "results");
  const at = ["--host", "127.0.0.1", "--port", String((proxy.address() as AddressInfo).port), "--out", results];
  const set = ["target.transport=http", "fleet.credentials=access-token", "thresholds=[]"].flatMap((each) => [
    "--set",
    each,
  ]);
  const { stdout } = await rollcallHere("run", scenario, ...at, ...set, "--quiet", "--generators", "1").finished;
  return { stdout: stdout.replaceAll(/\s+/g, " "), summary: await readSummary(await onlyRun(results)) };
}

it.each([
  [{ status: 429, headers: { "retry-after": "1" } }, "rate-limited", "HTTP 429 too many requests"],
  // As ThingsBoard's own filter of requests answers.
  [
    {
      status: 429,
      headers: { "content-type": "application/json", "retry-after": "1" },
      body: '{"status":429,"message":"Too many requests for device!","errorCode":33}',
    },
    "rate-limited",
    "HTTP 429 too many requests",
  ],
  [
    { status: 301, headers: { location: "https://tb.example.com/api" } },
    "request-refused",
    "HTTP 301 moved permanently, redirects to https://tb.example.com/api",
  ],
  [{ status: 404 }, "request-refused", "HTTP 404 not found"],
] as const)(
  "takes a device that was answered %j for refused, not for one that may exist",
  async (given, kind, detail) => {
    answer = given;
    const { summary, stdout } = await run();
    expect(summary.ledger).toMatchObject({ provisioned: 40, failed: 20 });
    expect(summary.unknown.count).toBe(0);
    expect(summary.failures).toMatchObject([{ kind, count: 20 }]);
    expect(stdout).toContain(detail);
    expect(stdout).not.toContain("may exist");
  },
);

it("takes one that was answered 503 for one that may exist", async () => {
  answer = { status: 503 };
  const { summary } = await run();
  expect(summary.unknown.count).toBe(20);
});
