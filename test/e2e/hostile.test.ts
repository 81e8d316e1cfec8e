import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

/** An HTTP server that gives the n-th request for provisioning, counted from 0, the n-th body, and lets everybody log in. */
async function startServer(bodyOf: (request: number) => string): Promise<AsyncDisposable & { readonly port: number }> {
  let requests = 0;
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json");
    response.end(request.method === "POST" ? bodyOf(requests) : "{}");
    if (request.method === "POST") requests += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const issued = (token: string): string =>
  `{"status":"SUCCESS","credentialsType":"ACCESS_TOKEN","credentialsValue":"${token}"}`;

async function runAgainst(port: number, devices: number, folder: string) {
  const scenario = await writeScenario(folder);
  const sets = [`target={transport: http, port: ${port}}`, `fleet={count: ${devices}, credentials: access-token}`];
  const overrides = sets.flatMap((set) => ["--set", set]);
  const run = rollcallHere("run", scenario, "--quiet", "--out", join(folder, "out"), ...overrides);
  const finished = await run.finished;
  return { ...finished, results: await onlyRun(join(folder, "out")) };
}

it("says at once what a server said at length: its beginning and how long it was", async () => {
  await using folder = await temporaryFolder();
  await using server = await startServer(() => `{"status":"FAILURE","errorMsg":"${"E".repeat(1_048_576)}"}`);
  const { code, stdout, results } = await runAgainst(server.port, 5, folder.path);
  expect(code).not.toBe(1);
  expect(stdout.replaceAll(/\s+/g, "")).toContain("E…(1048576characters,SHA-256");
  expect((await readSummary(results)).ledger).toMatchObject({ rejected: 5, imbalances: [] });
  expect((await readFile(join(results, "journal-0.ndjson"), "utf8")).length).toBeLessThan(20_000);
});

it.each([
  ["a token of half a character", issued("\\ud800tok"), "lone surrogate"],
  ["a token of 70 kB", issued("t".repeat(70_000)), "70000 bytes"],
  ["an answer of 3 MB", issued("t".repeat(3_000_000)), "bytes are not read"],
])("%s costs one device, with a reason", async (_, bad, reason) => {
  await using folder = await temporaryFolder();
  await using server = await startServer((request) => (request === 3 ? bad : issued(`token-${request}`)));
  const { stderr, results } = await runAgainst(server.port, 20, folder.path);
  expect(stderr).not.toMatch(/^ {4}at /m);
  const { ledger, failures } = await readSummary(results);
  expect(ledger).toMatchObject({ started: 20, provisioned: 19, connected: 19, failed: 1, imbalances: [] });
  expect(JSON.stringify(failures)).toContain(reason);
});
