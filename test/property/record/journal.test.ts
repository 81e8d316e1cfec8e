import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { us } from "../../../src/model/units.ts";
import { readJournal } from "../../../src/record/journal.ts";
import { createRecorder } from "../../../src/record/recorder.ts";
import { collect, createVirtualTime, header, provisioned } from "../../unit/record/samples.ts";
import { times } from "../../support/times.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const folder = testFolder();

describe("a torn journal", () => {
  it("cut at any byte gives a beginning of the whole one, and never a footer", async () => {
    const options = { folder, shard: { index: 0, count: 1 }, header: header(0, 1), clock: createVirtualTime(us(0)) };
    const recorder = createRecorder(options);
    for (let index = 0; index < 20; index += 1) recorder.add(provisioned(index, { name: `ž🐎"${index}` }));
    await recorder.finish("complete");
    const whole = readFileSync(join(folder, "journal-0.ndjson"));
    const lines = await collect(readJournal(join(folder, "journal-0.ndjson")));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (size) => {
        const path = join(folder, "torn.ndjson");
        writeFileSync(path, whole);
        truncateSync(path, size);
        const read = await collect(readJournal(path));
        const good = read.filter((line) => line.kind !== "torn");
        expect(good).toEqual(lines.slice(0, good.length));
        expect(good.some((line) => line.kind === "footer")).toBe(false);
        expect(read.length - good.length).toBe(size === 0 || whole[size - 1] === 10 ? 0 : 1);
      }),
      { numRuns: times(200) },
    );
  });

  it("with any bytes at its end is still read", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const path = join(folder, "noise.ndjson");
        writeFileSync(path, `${JSON.stringify(header(0, 1))}\n`);
        appendFileSync(path, bytes);
        const read = await collect(readJournal(path));
        expect(read[0]?.kind).toBe("header");
        expect(read.slice(1).every((line) => line.kind === "torn")).toBe(true);
      }),
      { numRuns: times(100) },
    );
  });
});
