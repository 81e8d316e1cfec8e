import { writeSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createClaims } from "../../../src/generator/claims.ts";
import { seq, us } from "../../../src/model/units.ts";
import { readJournal } from "../../../src/record/journal.ts";
import { createRecorder } from "../../../src/record/recorder.ts";
import { collect, createVirtualTime, header } from "../record/samples.ts";
import { testFolder } from "../../support/temporary-folder.ts";

it("lets no device start whose claim the disk did not take, though nothing has stopped the load yet", async () => {
  const folder = testFolder();
  const shard = { index: 0, count: 1 };
  let room = 2;
  const recorder = createRecorder({
    folder,
    shard,
    header: header(0, 1),
    clock: createVirtualTime(us(0)),
    write(file, bytes) {
      room -= 1;
      if (room < 0) throw new Error("ENOSPC");
      return writeSync(file, bytes);
    },
  });
  const claims = createClaims(recorder, shard);
  expect([0, 255].map((each) => claims.cover(seq(each)))).toEqual([true, true]);
  expect([256, 256, 257].map((each) => claims.cover(seq(each)))).toEqual([false, false, false]);
  // What was claimed before may start all the same.
  expect(claims.cover(seq(7))).toBe(true);
  await recorder.finish("interrupted");
  const lines = await collect(readJournal(join(folder, "journal-0.ndjson")));
  expect(lines.map(({ kind }) => kind)).toEqual(["header", "claimed"]);
});
