import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { METER_BOUNDS } from "../../../src/model/device-meters.ts";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { us, usFromSeconds } from "../../../src/model/units.ts";
import { type MeteredRun, openMetrics, type OpenMetrics } from "../../../src/metrics/open-metrics.ts";
import { receiveOtlp, runIdOf, totalOf } from "../../support/otlp-receiver.ts";
import { phase, samplePlan } from "../../unit/summary/sample-run.ts";

const PROMTOOL = process.env["ROLLCALL_PROMTOOL"] ?? "/usr/bin/promtool";
const counts = (at: number, count: number) => METER_BOUNDS.map((_, index) => (index === at ? count : 0)).concat(0);

function snapshot(generator: number): Snapshot {
  return {
    generator,
    at: usFromSeconds(3),
    stage: { kind: "load", phase: 1 },
    planned: 300,
    started: 290,
    inFlight: 12,
    outcomes: { provisioned: 270, rejected: 0, failed: 8, aborted: 0, dropped: 0 },
    verdicts: { connected: 5, refused: 0, unreachable: 0 },
    roundTrips: undefined,
    held: 4,
    health: {
      at: usFromSeconds(3),
      phase: 1,
      eventLoopUtilisation: 0.25,
      eventLoopDelayP99: us(1_500),
      latenessP99: us(0),
      started: 100,
      planned: 100,
      gcPause: us(0),
      cpuShare: 0.5,
      residentBytes: 1e8,
      inFlight: 12,
      localErrors: 0,
    },
    meters: [
      {
        phase: 1,
        outcomes: [
          { state: "provisioned", kind: "", count: 270 },
          { state: "failed", kind: "answer-timeout", count: 8 },
        ],
        roundTrip: { counts: counts(6, 270), sum: 11 },
        responseTime: { counts: counts(7, 270), sum: 16 },
      },
    ],
  };
}

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each[Symbol.asyncDispose]();
});

const planOf = (runId: string) =>
  samplePlan({
    name: 'quick"start\n\\',
    runId,
    phases: [phase(0, 100, { name: "warm" }), phase(100, 300, { name: "steady" })],
  });

async function open(
  setting: Parameters<typeof openMetrics>[0],
  said: string[] = [],
): Promise<OpenMetrics & { readonly run: MeteredRun }> {
  const metrics = await openMetrics(setting, { wall: () => Date.now(), announce: (text) => said.push(text) });
  opened.push(metrics);
  const run = await metrics.begin(planOf("abc123"), true);
  run.add(snapshot(0));
  run.add(snapshot(1));
  return { ...metrics, run };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function scrape(): Promise<string> {
  const port = await freePort();
  await open({ prometheus: { host: "127.0.0.1", port }, otlp: undefined });
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

describe("metrics for Prometheus", () => {
  it("have the run's id in one metric alone, and every label of a device's end", async () => {
    const text = await scrape();
    expect(text.split("\n").filter((line) => line.includes("abc123"))).toEqual([
      expect.stringMatching(/^rollcall_run_info\{run_id="abc123",.*\} 1$/),
    ]);
    expect(text).toContain(
      'rollcall_devices_ended_total{scenario="quick\\"start\uFFFD\\\\",generator="1",phase="steady",outcome="failed",kind="answer-timeout"} 8',
    );
    expect(text).toMatch(/rollcall_round_trip_seconds_bucket\{.*phase="steady",le="0.05"\} 270/);
    expect(text).toMatch(/rollcall_response_time_seconds_bucket\{.*phase="steady",le="0.05"\} 0/);
    expect(text).toMatch(/rollcall_generator_event_loop_delay_p99_seconds\{.*\} 0.0015/);
  });

  it("tell of devices that try again where the plan lets them, and else have no such series", async () => {
    const port = await freePort();
    const metrics = await open({ prometheus: { host: "127.0.0.1", port }, otlp: undefined });
    const read = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(await read()).not.toMatch(/retries|recovered|try_again/);
    const plan = planOf("def456");
    const retry = { attempts: 3, backoff: { initial: us(1e6), factor: 2, max: us(8e6) }, jitter: 0, sameName: true };
    const run = await metrics.begin({ ...plan, fleet: { ...plan.fleet, retry } }, true);
    run.add(snapshot(0));
    expect(await read()).toMatch(/^rollcall_device_retries_total\{.*\} 0$/m);
    run.add({ ...snapshot(0), waiting: 7, retries: { ended: 40, recovered: 31 } });
    const text = await read();
    expect(text).toMatch(/^rollcall_device_retries_total\{.*\} 40$/m);
    expect(text).toMatch(/^rollcall_devices_recovered_total\{.*\} 31$/m);
    expect(text).toMatch(/^rollcall_devices_to_try_again\{.*\} 7$/m);
    const checked = existsSync(PROMTOOL) ? spawnSync(PROMTOOL, ["check", "metrics"], { input: text }).status : 0;
    expect(checked).toBe(0);
  });

  it("are of the next run when that begins, at the same address, and count from nothing", async () => {
    const port = await freePort();
    const metrics = await open({ prometheus: { host: "127.0.0.1", port }, otlp: undefined });
    const read = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(await read()).toMatch(/^rollcall_devices_started_total\{.*generator="1"\} 290$/m);
    const next = await metrics.begin(planOf("def456"), true);
    expect(await read()).toContain('run_id="def456"');
    expect(await read()).not.toMatch(/abc123|rollcall_devices_started_total\{/);
    next.add({ ...snapshot(0), started: 3 });
    expect(await read()).toMatch(/^rollcall_devices_started_total\{.*generator="0"\} 3$/m);
  });

  it("listen at the address that was asked for, and say what is wrong with one in use", async () => {
    const port = await freePort();
    const said: string[] = [];
    const setting = { prometheus: { host: "127.0.0.1", port }, otlp: undefined };
    await open(setting, said);
    expect(said).toEqual([`metrics for Prometheus: http://127.0.0.1:${port}/metrics`]);
    await expect(open(setting)).rejects.toMatchObject({ code: "metrics-port", exitCode: 2 });
    expect((await fetch(`http://127.0.0.1:${port}/other`)).status).toBe(404);
  });

  it.skipIf(!existsSync(PROMTOOL))(
    "are as Prometheus's own promtool wants them (SKIPPED without promtool)",
    async () => {
      const { status, stdout, stderr } = spawnSync(PROMTOOL, ["check", "metrics"], {
        input: await scrape(),
        encoding: "utf8",
      });
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
    },
  );

  it("are what the Grafana dashboard asks for", async () => {
    const dashboard = readFileSync(join(import.meta.dirname, "../../../deploy/grafana/rollcall.json"), "utf8");
    const asked = new Set([...dashboard.matchAll(/rollcall_\w+/g)].map(([name]) => name));
    const served = new Set([...(await scrape()).matchAll(/^(rollcall_\w+)\{/gm)].map(([, name]) => name));
    expect([...asked].filter((name) => !served.has(name))).toEqual([]);
    expect(asked.size).toBeGreaterThan(8);
  });
});

describe("metrics for an OpenTelemetry collector", () => {
  it("arrive at its end, with the last totals, when the run ends", async () => {
    await using receiver = await receiveOtlp();
    const metrics = await open({ prometheus: undefined, otlp: new URL(receiver.url) });
    opened.length = 0;
    await metrics[Symbol.asyncDispose]();
    const last = receiver.messages().at(-1);
    expect(last?.get("rollcall_devices_started_total")).toMatchObject({
      sum: { isMonotonic: true, aggregationTemporality: 2, dataPoints: [{ asDouble: 290 }, { asDouble: 290 }] },
    });
    expect(last?.get("rollcall_round_trip_seconds")).toMatchObject({
      unit: "s",
      histogram: { dataPoints: [{ count: 270, sum: 11, explicitBounds: [...METER_BOUNDS] }, { count: 270 }] },
    });
  });

  it("have the last totals of each of several runs", async () => {
    await using receiver = await receiveOtlp();
    const metrics = await open({ prometheus: undefined, otlp: new URL(receiver.url) });
    opened.length = 0;
    const next = await metrics.begin(planOf("def456"), true);
    next.add({ ...snapshot(0), started: 3 });
    await metrics[Symbol.asyncDispose]();
    const started = receiver.messages().map((each) => [runIdOf(each), totalOf(each, "rollcall_devices_started_total")]);
    expect(started).toEqual([
      ["abc123", 580],
      ["def456", 3],
    ]);
  });

  it("that is not there is told once, and takes nothing else from the run", async () => {
    const said: string[] = [];
    const metrics = await open({
      prometheus: undefined,
      otlp: new URL(`http://127.0.0.1:${await freePort()}/v1/metrics`),
    });
    opened.length = 0;
    metrics.run.tellTroubles((text) => said.push(text));
    await metrics[Symbol.asyncDispose]();
    expect(said[0]).toMatch(/^(Metrics cannot be sent to http:\/\/127\.0\.0\.1:\d+: |The last metrics were not sent)/);
  });
});
