import { describe, expect, it } from "vitest";
import { targetText } from "../../../src/report/wording.ts";
import { us } from "../../../src/model/units.ts";
import type { Entry } from "../../../src/model/entry.ts";
import { foldRun } from "../../../src/summary/fold.ts";
import { goodEntries, outcome, replacing, samplePlan, writeRun } from "./sample-run.ts";

const ON_NAME = samplePlan({ target: { ...samplePlan().target, host: "tb.example.com" } });

/** The good run, each device connected to the address of `peerOf`. */
function connected(peerOf: (index: number) => string | undefined): readonly Entry[] {
  const outcomes = Array.from({ length: 100 }, (_, index) => {
    const peer = peerOf(index);
    return outcome(index, peer === undefined ? {} : { peer });
  });
  return goodEntries().map((entry) => (entry.kind === "outcome" ? (outcomes[entry.outcome.seq] ?? entry) : entry));
}

async function summaryOf(entries: readonly Entry[], plan = ON_NAME) {
  const generators = [entries.filter((entry) => entry.kind !== "health")].map((each) => ({ entries: each }));
  return (await foldRun(await writeRun(plan, generators))).summary;
}

describe("the addresses of a target", () => {
  it("are told with their devices, and are warned of, where there are several", async () => {
    const failed = outcome(0, {
      peer: "10.0.0.2",
      marks: { sent: us(1_000) },
      result: { state: "failed", kind: "answer-timeout", detail: "no answer", unknown: true },
    });
    const { run, validity } = await summaryOf(
      replacing(
        connected((index) => (index < 30 ? "10.0.0.2" : "10.0.0.1")),
        failed,
      ),
    );
    expect(run.addresses).toEqual([
      { address: "10.0.0.1", devices: 70, failed: 0 },
      { address: "10.0.0.2", devices: 30, failed: 1 },
    ]);
    expect(targetText(run)).toBe(
      "mqtt://tb.example.com:1883 (MQTT 3.1.1), simulated: not a real ThingsBoard, at 2 addresses: 10.0.0.1 70 devices, 0 failed; 10.0.0.2 30 devices, 1 failed",
    );
    expect(validity.warnings).toContain(
      "The devices were connected to 2 addresses of the target's name: the figures are of all of them together.",
    );
  });

  it("are those of the logins too, which may have gone elsewhere", async () => {
    const entries = connected(() => "10.0.0.1").map((entry) =>
      entry.kind === "roll-call" ? { ...entry, entry: { ...entry.entry, peer: "10.0.0.2" } } : entry,
    );
    const { run } = await summaryOf(entries);
    expect(run.addresses).toEqual([
      { address: "10.0.0.1", devices: 100, failed: 0, logins: 0 },
      { address: "10.0.0.2", devices: 0, failed: 0, logins: 100 },
    ]);
    expect(targetText(run)).toContain(
      "at 2 addresses: 10.0.0.1 100 devices, 0 failed, 0 logins; 10.0.0.2 0 devices, 0 failed, 100 logins",
    );
  });

  it("is one word where there is one, and none where the target is an address itself", async () => {
    const entries = connected(() => "127.0.0.1");
    expect(targetText((await summaryOf(entries)).run)).toMatch(/, at 127\.0\.0\.1$/);
    const { run, validity } = await summaryOf(entries, samplePlan());
    expect(run.addresses).toHaveLength(1);
    expect(targetText(run)).toBe("mqtt://127.0.0.1:1883 (MQTT 3.1.1), simulated: not a real ThingsBoard");
    expect(validity.warnings.join()).not.toContain("addresses");
  });

  it("are not spoken of in runs whose journals have none", async () => {
    const { run } = await summaryOf(goodEntries());
    expect(run).not.toHaveProperty("addresses");
  });
});
