import type { RunEntry } from "../../src/history/entry.ts";
import type { Listed } from "../../src/history/read-history.ts";

/** Lines of a history as they are read from folders, hour by hour. */
export function listedRun(index: number, more: Partial<RunEntry> = {}): Listed & RunEntry {
  const time = new Date(Date.UTC(2026, 0, 1) + index * 3_600_000).toISOString();
  const id = (0x10_0000 + index).toString(16);
  return {
    kind: "run",
    results: "/results",
    path: `peak-${time.replaceAll(/[-:]|\.\d+/g, "")}-${id}`,
    startedAt: time,
    scenario: "peak",
    id,
    verdict: "passed",
    headline: "Passed: 100 of 100 devices provisioned.",
    target: "mqtt://tb:1883",
    simulated: false,
    release: "4.3.1",
    client: "lean client",
    planHash: "00ff",
    devices: 100,
    provisioned: 100,
    p50: 10_000 + ((index * 7) % 5) * 100,
    p99: 20_000 + ((index * 3) % 7) * 100,
    rate: 50,
    failureRate: 0,
    labels: {},
    note: "",
    series: "",
    ...more,
  };
}
