import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import { renderJson } from "../../../src/history/json.ts";
import type { Listed } from "../../../src/history/read-history.ts";
import { trendsOf } from "../../../src/history/trend.ts";
import { listedRun } from "../../support/history.ts";

type SchemaNode = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;
const published = z.fromJSONSchema(JSON.parse(readFileSync("docs/schema/history.schema.json", "utf8")) as SchemaNode);

const place = { results: "/results", startedAt: "2026-01-01T00:00:00.000Z", scenario: "peak" };
const others: readonly Listed[] = [
  { kind: "repeat", ...place, path: "repeat-1", headline: "10 runs" },
  { kind: "damaged", ...place, path: "other", headline: "summary.json is damaged" },
];

it("docs/schema/history.schema.json describes what view --json prints, with a change in a trend", () => {
  const runs = Array.from({ length: 30 }, (_, index) => listedRun(index, index < 15 ? {} : { p99: 90_000 + index }));
  const trends = trendsOf(runs);
  expect(trends[0]?.changes).toMatchObject([{ figure: "p99" }]);
  const printed = JSON.parse(renderJson([...runs, ...others], trends)) as Record<string, unknown>;
  expect(published.safeParse(printed).error?.issues ?? []).toEqual([]);
  for (const wrong of [
    { ...printed, version: 2 },
    { ...printed, more: 1 },
    { ...printed, entries: [{ kind: "run" }] },
    { ...printed, trends: [{}] },
  ]) {
    expect(published.safeParse(wrong).success).toBe(false);
  }
});
