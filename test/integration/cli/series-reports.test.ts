import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { rollcallInProcess } from "../../support/in-process.ts";
import { receiveOtlp, runIdOf } from "../../support/otlp-receiver.ts";
import { temporaryFolder } from "../../e2e/rollcall.ts";
import { writeScenario } from "../../e2e/scenario.ts";

type SchemaNode = Exclude<Parameters<typeof z.fromJSONSchema>[0], boolean>;
const SLOW = ["--simulate", "--preset", "instant", "--fault", "delay:1:200", "--generators", "1", "--cool-down", "0"];
const WRITTEN = ["--html", "--junit", "--json"];

it("repeat writes its reports of each run where a pattern says, and sends the figures of each to one collector", async () => {
  await using out = await temporaryFolder();
  await using receiver = await receiveOtlp();
  const scenario = await writeScenario(out.path);
  const results = join(out.path, "results");
  const load = ["--set", "load={constant: {rate: 30}, devices: 15}", "--set", "fleet={}", "--set", "thresholds=[]"];
  const to = ["-o", join(out.path, "reports/{run}.{ext}"), "--otlp", receiver.url, "--out", results];
  await rollcallInProcess(["repeat", scenario, ...load, ...SLOW, "--times", "2", ...WRITTEN, ...to]);
  const [series = ""] = readdirSync(results);
  const runs = readdirSync(join(results, series)).filter((name) => name !== "repeat.json");
  // One that a busy machine made void is made again.
  expect(runs.length).toBeGreaterThanOrEqual(2);
  const files = runs.flatMap((run) => ["html", "xml", "json"].map((extension) => `${run}.${extension}`));
  expect(readdirSync(join(out.path, "reports")).toSorted()).toEqual(files.toSorted());
  const ids = runs.map((run) => JSON.parse(readFileSync(join(results, series, run, "plan.json"), "utf8")).runId);
  expect(new Set(receiver.messages().map(runIdOf))).toEqual(new Set(ids));
});

it("search writes its page, its JUnit, and its result by the published schema", async () => {
  await using out = await temporaryFolder();
  const scenario = await writeScenario(out.path);
  const rates = "--start=20 --lowest=20 --highest=20 --duration=1 --confirmations=1 --most-trials=1".split(" ");
  const reports = join(out.path, "reports/");
  const to = [...WRITTEN, "-o", reports, "--out", join(out.path, "results"), "--criterion", "failureRate < 1%"];
  await rollcallInProcess(["search", scenario, "--set", "rollCall=off", ...SLOW, ...rates, ...to]);
  const [html, json, xml] = readdirSync(reports)
    .toSorted()
    .map((name) => readFileSync(join(reports, name), "utf8"));
  expect(html).toContain("<!doctype html>");
  expect(xml).toContain("<testsuite");
  const schema = JSON.parse(readFileSync("docs/schema/search.schema.json", "utf8")) as SchemaNode;
  const result = JSON.parse(json ?? "") as { readonly trials: readonly object[] };
  expect(z.fromJSONSchema(schema).safeParse(result).error?.issues ?? []).toEqual([]);
  expect(result.trials).toHaveLength(1);
});
