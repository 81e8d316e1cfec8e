import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { remainingPhases } from "../../../src/cli/remaining.ts";
import type { Phase } from "../../../src/model/plan.ts";
import { seq } from "../../../src/model/units.ts";

const phase = (firstSeq: number, devices: number): Phase => ({
  name: "load",
  warmup: false,
  firstSeq: seq(firstSeq),
  devices,
  shape: { kind: "burst" },
});

it("leaves out what has a result, and counts on past the seqs that were used", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-remaining-"));
  try {
    const path = join(folder, "journal-0.ndjson");
    const results = [
      { state: "provisioned" },
      { state: "failed" },
      { state: "rejected" },
      { state: "dropped", reason: "in-flight-cap" },
      { state: "dropped", reason: "interrupted" },
      { state: "aborted" },
    ];
    const lines = results.map((result) => JSON.stringify({ kind: "outcome", outcome: { phase: 1, result } }));
    await writeFile(path, [...lines, '{"kind":"outco'].join("\n"));
    const phases = [phase(0, 3), phase(3, 10)];
    expect(await remainingPhases(phases, [{ path }])).toEqual([phase(13, 3), phase(16, 6)]);
    expect(await remainingPhases([phase(0, 0), phase(0, 4)], [{ path }])).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
