import { appendFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { us } from "../../../src/model/units.ts";
import type { WatchRecord } from "../../../src/model/watch.ts";
import { isRunFile, isShownFile } from "../../../src/record/run-files.ts";
import { createWatchFile, readWatch, WATCH_NAME } from "../../../src/record/watch-file.ts";
import { testFolder } from "../../support/temporary-folder.ts";

let folder: string;
const file = (): string => join(folder, WATCH_NAME);

beforeEach(() => {
  folder = testFolder();
});

const at = "2026-11-29T00:00:00.000Z";
const cost = { took: us(1_000), requests: 1, bytes: 2 };
const RECORDS: readonly WatchRecord[] = [
  { version: 1, kind: "begin", at, every: us(5_000_000), sources: ["systemInfo"] },
  {
    version: 1,
    kind: "look",
    at,
    source: "systemInfo",
    ...cost,
    services: [
      {
        service: "n1",
        type: "TB_CORE",
        processors: 4,
        memoryBytes: 1,
        diskBytes: 2,
        values: [
          { metric: "cpu", value: 0.5 },
          { metric: "x_total", value: 3, counter: true },
        ],
      },
    ],
    leftOut: 0,
  },
  { version: 1, kind: "gap", at, source: "systemInfo", ...cost, why: "dead" },
];

it("gives what was written, in its order, to its owner alone; of no file, nothing", async () => {
  expect(await readWatch(folder)).toBeUndefined();
  const written = createWatchFile(folder);
  for (const record of RECORDS) expect(written.add(record)).toBe(true);
  written[Symbol.dispose]();
  expect(await readWatch(folder)).toEqual(RECORDS);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect([isShownFile(WATCH_NAME), isRunFile(WATCH_NAME)]).toEqual([true, true]);
});

it("is no longer than it may be: what a reader would refuse is not written", async () => {
  const written = createWatchFile(folder, 200);
  expect(RECORDS.map((record) => written.add(record))).toEqual([true, false, false]);
  written[Symbol.dispose]();
  expect(readFileSync(file(), "utf8").length).toBeLessThanOrEqual(200);
  expect(await readWatch(folder)).toEqual(RECORDS.slice(0, 1));
});

it("is read up to where a crash cut it off, and refused where a line is another", async () => {
  const written = createWatchFile(folder);
  for (const record of RECORDS) written.add(record);
  written[Symbol.dispose]();
  appendFileSync(file(), '{"version":1,"kind":"lo');
  expect(await readWatch(folder)).toEqual(RECORDS);
  appendFileSync(file(), '\n{"version":2}\n');
  await expect(readWatch(folder)).rejects.toMatchObject({
    code: "damaged-file",
    message: expect.stringContaining("line 5 is no look of version 1") as unknown,
  });
});
