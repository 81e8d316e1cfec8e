import { readFileSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/model/entry.ts";
import { Secret } from "../../../src/model/secret.ts";
import { seq, us } from "../../../src/model/units.ts";
import { decodeHistogram } from "../../../src/record/histograms.ts";
import { readJournal } from "../../../src/record/journal.ts";
import type { JournalLine } from "../../../src/record/journal-line.ts";
import { createRecorder, type Recorder, type RecorderOptions } from "../../../src/record/recorder.ts";
import { readRoster } from "../../../src/record/roster.ts";
import { collect, createVirtualTime, header, provisioned } from "./samples.ts";
import { testFolder } from "../../support/temporary-folder.ts";

function record(write?: RecorderOptions["write"]): { folder: string; journal: string; recorder: Recorder } {
  const folder = testFolder();
  const clock = createVirtualTime(us(5_000_000));
  const options = { folder, shard: { index: 0, count: 1 }, header: header(0, 1), clock };
  const recorder = createRecorder(write === undefined ? options : { ...options, write });
  return { folder, journal: join(folder, "journal-0.ndjson"), recorder };
}

async function linesOf(path: string): Promise<JournalLine[]> {
  return collect(readJournal(path));
}

const issued = (index: number): Entry => ({
  kind: "issued",
  seq: seq(index),
  name: `device ${index}`,
  credentials: { type: "ACCESS_TOKEN", token: new Secret(`secret-${index}`) },
});

describe("recorder", () => {
  it("puts credentials into the roster alone, readable by the owner alone", async () => {
    const { folder, journal, recorder } = record();
    recorder.add(issued(0));
    recorder.add(provisioned(0));
    await recorder.finish("complete");
    const roster = join(folder, "roster-0.ndjson");
    expect(statSync(roster).mode & 0o777).toBe(0o600);
    expect(readFileSync(journal, "utf8")).not.toContain("secret-0");
    const [first] = await collect(readRoster(roster));
    expect(first?.credentials.type === "ACCESS_TOKEN" && first.credentials.token.reveal()).toBe("secret-0");
  });

  it("writes header, entries and a footer that counts them, and nothing behind it", async () => {
    const { journal, recorder } = record();
    recorder.add({ kind: "phase", phase: 0, startedAt: us(0) });
    recorder.add(provisioned(0));
    await recorder.finish("complete");
    recorder.add(provisioned(1));
    await recorder.close();
    const lines = await linesOf(journal);
    expect(lines.map((line) => line.kind)).toEqual(["header", "phase", "outcome", "footer"]);
    expect(lines.at(-1)).toEqual({ kind: "footer", state: "complete", at: 5_000_000, entries: 2 });
  });

  it("has a claim, all before it and the credentials before it in the files at once", async () => {
    const { folder, journal, recorder } = record();
    recorder.add(issued(0));
    recorder.add(provisioned(0));
    expect((await linesOf(journal)).map((line) => line.kind)).toEqual(["header"]);
    recorder.add({ kind: "claimed", through: seq(9) });
    expect((await linesOf(journal)).map((line) => line.kind)).toEqual(["header", "outcome", "claimed"]);
    expect(await collect(readRoster(join(folder, "roster-0.ndjson")))).toHaveLength(1);
    await recorder.close();
  });

  it("has all in the files when it is flushed, roster and journal, and no footer for a process that dies", async () => {
    const { folder, journal, recorder } = record();
    recorder.add(issued(0));
    recorder.add(provisioned(0));
    recorder.flush();
    expect(await collect(readRoster(join(folder, "roster-0.ndjson")))).toHaveLength(1);
    expect((await linesOf(journal)).map((line) => line.kind)).toEqual(["header", "outcome"]);
    await recorder.finish("complete");
    recorder.flush();
    expect((await linesOf(journal)).at(-1)).toMatchObject({ kind: "footer", entries: 1 });
  });

  it("keeps any name", async () => {
    const { journal, recorder } = record();
    const names = ['quote " and \\', "line\nbreak\u2028\u0000", "žluťoučký 🐎", "\ud800 alone", "__proto__"];
    for (const [index, name] of names.entries()) recorder.add(provisioned(index, { name }));
    await recorder.close();
    const read = (await linesOf(journal)).flatMap((line) => (line.kind === "outcome" ? [line.outcome.name] : []));
    expect(read).toEqual(names);
  });

  it("tallies totals, and round trips since the call before", async () => {
    const { recorder } = record();
    recorder.add(provisioned(0, { roundTrip: 1_000 }));
    recorder.add(provisioned(1, { roundTrip: 1_500 }));
    const first = recorder.takeInterval();
    expect(first.outcomes).toMatchObject({ provisioned: 2, failed: 0 });
    expect(decodeHistogram(first.roundTrips ?? "").count).toBe(2);
    recorder.add(provisioned(2));
    expect(recorder.takeInterval().outcomes.provisioned).toBe(3);
    expect(recorder.takeInterval().roundTrips).toBeUndefined();
    await recorder.close();
  });

  it("on a full disk resolves `failed`, goes on counting, and says in the footer what is lost", async () => {
    let full = false;
    const { journal, recorder } = record((file, bytes) => {
      if (full) throw new Error("ENOSPC: no space left on device, write");
      return writeSync(file, bytes);
    });
    recorder.add({ kind: "claimed", through: seq(9) });
    full = true;
    recorder.add(provisioned(0));
    recorder.add({ kind: "claimed", through: seq(19) });
    recorder.add(provisioned(1));
    await expect(recorder.failed).resolves.toHaveProperty("message", expect.stringContaining("ENOSPC"));
    expect(recorder.takeInterval().outcomes.provisioned).toBe(2);
    full = false;
    await recorder.finish("interrupted");
    const footer = (await linesOf(journal)).at(-1);
    expect(footer).toMatchObject({ kind: "footer", state: "interrupted", entries: 1, lost: 3 });
    expect(footer).toHaveProperty("error", "ENOSPC: no space left on device, write");
  });
});
