import { appendFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import type { Afterwards } from "../../../src/model/afterwards.ts";
import { noteAfterwards, readAfterwards } from "../../../src/record/afterwards-file.ts";
import { testFolder } from "../../support/temporary-folder.ts";

let folder: string;
const file = (): string => join(folder, "afterwards.ndjson");

beforeEach(() => {
  folder = testFolder();
});

const LINES: readonly Afterwards[] = [
  {
    version: 1,
    kind: "look",
    at: "2026-11-28T23:00:00.000Z",
    by: "reconcile",
    server: { version: "4.3.1.3", edition: "CE" },
    profile: "p",
    devices: { tenant: 9, profile: 3 },
    reconciliation: {
      at: "2026-11-28T23:00:00.000Z",
      present: 1,
      missing: [],
      ghosts: ["a", "b"],
      foreign: [],
      wrongGateway: [],
      unnamed: 0,
      credentials: { checked: 1, differing: [] },
      made: 3,
      rest: { settled: true, waitedMs: 20_000, counts: 11 },
    },
  },
  {
    version: 1,
    kind: "deletion",
    at: "2026-11-28T23:01:00.000Z",
    id: "00000000-0000-4000-8000-000000000000",
    name: "a",
  },
  { version: 1, kind: "cleanup", at: "2026-11-28T23:01:01.000Z", deleted: 3, left: 0 },
];

it("gives what was written, in its order, to its owner alone; of nothing, nothing", async () => {
  expect(await readAfterwards(folder)).toEqual([]);
  for (const line of LINES) await noteAfterwards(folder, line);
  expect(await readAfterwards(folder)).toEqual(LINES);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

it("loses no line but the one that a crash cut off", async () => {
  for (const line of LINES.slice(0, 2)) await noteAfterwards(folder, line);
  appendFileSync(file(), '\n{"version":1,"kind":"dele');
  for (const line of LINES.slice(2)) await noteAfterwards(folder, line);
  expect(await readAfterwards(folder)).toEqual(LINES);
});

it("refuses another version, and what is not of its kind, with its line", async () => {
  await noteAfterwards(folder, { version: 1, kind: "cleanup", at: "", deleted: 0, left: null });
  appendFileSync(file(), '\n{"version":2,"kind":"look"}');
  await expect(readAfterwards(folder)).rejects.toMatchObject({
    code: "file-version",
    message: expect.stringContaining("line 3"),
  });
  rmSync(file());
  appendFileSync(file(), '\n{"version":1,"kind":"look"}');
  await expect(readAfterwards(folder)).rejects.toMatchObject({
    code: "damaged-file",
    message: expect.stringContaining("line 2 is not"),
  });
});
