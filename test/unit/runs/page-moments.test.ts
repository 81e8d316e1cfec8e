import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { us } from "../../../src/model/units.ts";
import { noteMark } from "../../../src/record/marks-file.ts";
import { createPageMoments } from "../../../src/runs/under-way/page-moments.ts";
import { testFolder } from "../../support/temporary-folder.ts";

async function watched() {
  const folder = testFolder();
  const notes: string[] = [];
  let wall = Date.parse("2026-01-01T00:00:10.200Z");
  const moments = createPageMoments({ folder, wall: () => wall, note: (text) => void notes.push(text) });
  return { folder, notes, moments, pass: (ms: number) => (wall += ms) };
}

it("puts what is marked onto the run's own time, and says each once", async () => {
  const { folder, notes, moments, pass } = await watched();
  await noteMark(folder, { version: 1, at: "2026-01-01T00:00:17.000Z", text: "node 2 killed" });
  await moments.look();
  // Nothing is known of the run's beginning yet.
  expect(moments.read().marks).toEqual([]);
  moments.hear({ at: us(0) });
  pass(1_000);
  // This one was under way for 200 ms less.
  moments.hear({ at: us(1_200_000) });
  await moments.look();
  await moments.look();
  expect(moments.read()).toEqual({ marks: [{ at: 7_000_000, text: "node 2 killed" }], tempo: [] });
  await noteMark(folder, { version: 1, at: "2026-01-01T00:00:25.000Z", text: "and back" });
  moments.changeTempo({ at: us(3_000_000), speed: 0 });
  await moments.look();
  expect(moments.read()).toMatchObject({ marks: [{}, { at: 15_000_000 }], tempo: [{ speed: 0 }] });
  expect(notes).toEqual(["Marked at 7 s: node 2 killed", "Marked at 15 s: and back"]);
});

it("says once that the file of marks is damaged, and leaves it", async () => {
  const { folder, notes, moments } = await watched();
  moments.hear({ at: us(0) });
  await moments.look();
  expect(notes).toEqual([]);
  await appendFile(join(folder, "marks.ndjson"), '{"version":9}\n');
  await moments.look();
  await moments.look();
  expect(notes).toHaveLength(1);
  expect(notes[0]).toContain("marks.ndjson");
});
