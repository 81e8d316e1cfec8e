import { describe, expect, it } from "vitest";
import { adviceFor } from "../../../src/runs/results/advice.ts";
import { FAILURE_KINDS, type FailureKind } from "../../../src/model/outcome.ts";
import type { Transport } from "../../../src/model/plan.ts";
import type { Summary } from "../../../src/model/summary.ts";

/** What advice is given on, of a run in which 10 devices failed with `kind` and `rejected` were refused. */
function failedRun(
  kind: FailureKind | undefined,
  rejected = 0,
  provisioned = 0,
  transport: Transport = "mqtt",
): Summary {
  const failed = kind === undefined ? 0 : 10;
  return {
    ledger: { provisioned, started: provisioned + failed + rejected, expected: 0 },
    failures: kind === undefined ? [] : [{ kind, count: failed, example: { device: "d0", detail: "" } }],
    rejections:
      rejected === 0
        ? []
        : [
            {
              status: "NOT_FOUND",
              count: rejected,
              example: { device: "d1", message: "Provision data was not found!" },
            },
          ],
    run: { target: { url: "mqtt://tb:1883", transport } },
    validity: { grade: "valid", signals: [] },
  } as unknown as Summary;
}

describe("advice when nothing was provisioned", () => {
  it.each(FAILURE_KINDS)("has something to check for %s", (kind) => {
    expect(adviceFor(failedRun(kind))).toMatch(/^Nothing was provisioned\. .+(check|raise)/);
  });

  it.each(["http", "coap"] as const)("speaks of %s and not of MQTT where that was asked", (transport) => {
    const kinds = FAILURE_KINDS.filter((kind) => kind !== "session-refused");
    const advice = kinds.map((kind) => adviceFor(failedRun(kind, 0, 0, transport)));
    expect(advice.join("\n")).not.toMatch(/MQTT|mqttVersion/);
  });

  it("names the address where nobody listens", () => {
    expect(adviceFor(failedRun("connection-refused"))).toContain("Nobody listens at mqtt://tb:1883");
  });

  it("goes by what happened most", () => {
    expect(adviceFor(failedRun("connection-refused", 50))).toContain("Provision data was not found!");
    expect(adviceFor(failedRun("connection-refused", 5))).toContain("Nobody listens");
  });

  it("is not given when one device was provisioned, or none was started", () => {
    expect(adviceFor(failedRun("answer-timeout", 0, 1))).toBeUndefined();
    expect(adviceFor(failedRun(undefined))).toBeUndefined();
  });
});

describe("advice on a void run", () => {
  const signal = (name: string) => ({ name, grade: "void" });
  const voidRun = (names: readonly string[], others?: object, generators = 1, simulated = false): Summary =>
    ({
      ledger: { provisioned: 10, started: 10, expected: 0 },
      validity: { grade: "void", signals: names.map(signal), others },
      run: { generators, machine: { cores: 4 }, target: { simulated } },
    }) as unknown as Summary;

  it("is one sentence or two on what to do, by what made it void", () => {
    const late = ["schedule lateness p99"];
    expect(adviceFor(voidRun(late, { toBlame: true }))).toBe(
      "Void: run it where nothing else runs; in CI on a runner of its own, or a larger one.",
    );
    expect(adviceFor(voidRun(late))).toContain("or use --generators 3, a machine with more processors");
    expect(adviceFor(voidRun(late, undefined, 3))).toContain("or use a machine with more processors");
    expect(adviceFor(voidRun(late, undefined, 1, true))).toContain("with load and simulator. End other programs");
    expect(adviceFor(voidRun(["local errors"]))).toContain("raise this machine's limits of files and ports");
  });

  it("names the workers that did not keep up, where they made the load", () => {
    const run = voidRun(["schedule lateness p99"]);
    const machines = (["valid", "void"] as const).map((grade, index) => ({ name: `worker-${index}`, grade }));
    expect(adviceFor({ ...run, machines } as unknown as Summary)).toBe(
      "Void: workers did not keep up (worker-1). Send fewer devices a second, or use more workers, or such with more processors.",
    );
  });

  it("is not given where the run is valid", () => {
    const run = voidRun([]);
    expect(adviceFor({ ...run, validity: { ...run.validity, grade: "valid" } })).toBeUndefined();
  });
});
