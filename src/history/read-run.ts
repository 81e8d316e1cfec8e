import { basename, join } from "node:path";
import { devicesOf } from "../model/devices-of.ts";
import { reasonOf, RollcallError } from "../model/error.ts";
import { quantileOf } from "../model/figures.ts";
import type { RecordedPlan } from "../model/plan.ts";
import type { Summary } from "../model/summary.ts";
import { CLIENT_NAMES, clientOf, urlsOfPlan } from "../model/target.ts";
import { readRunLabels } from "../record/labels-file.ts";
import { openRunFolder } from "../record/run-folder.ts";
import { readSummaryFile } from "../record/summary-file.ts";
import { writtenFile } from "../record/under-way.ts";
import type { HistoryEntry, RunEntry, RunVerdictName } from "./entry.ts";

/** What a list says of a run, from its folder. `now`: milliseconds since 1970. What is damaged is listed as that. */
export async function readRunEntry(results: string, path: string, series: string, now: number): Promise<HistoryEntry> {
  const folder = join(results, path);
  try {
    const labels = await readRunLabels(folder);
    const summary = await readSummaryFile(folder);
    const about = { path, series, labels: labels.labels, note: labels.note };
    if (summary !== undefined) return { ...about, ...ofSummary(summary) };
    const files = await openRunFolder(folder);
    const running = (await writtenFile(folder, files, now)) !== undefined;
    return { ...about, ...ofPlan(files.plan, timeOf(path), running) };
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    return { kind: "damaged", path, startedAt: timeOf(path), scenario: "", headline: reasonOf(error) };
  }
}

type Found = Omit<RunEntry, "path" | "series" | "labels" | "note">;

function ofSummary(summary: Summary): Found {
  const { run, measured, ledger, verdict, server } = summary;
  const at = (q: number): number | null => quantileOf(measured.latencies.roundTrip.withTimeouts, q)?.value ?? null;
  return {
    kind: "run",
    startedAt: run.startedAt,
    scenario: run.scenario,
    id: run.id,
    verdict: verdictName(summary),
    headline: verdict.headline,
    target: run.target.url,
    simulated: run.target.simulated,
    release: server?.version ?? null,
    client: CLIENT_NAMES[clientOf(run.target)],
    planHash: run.planHash,
    devices: ledger.planned,
    provisioned: ledger.provisioned,
    p50: at(0.5),
    p99: at(0.99),
    rate: measured.provisionedRate,
    failureRate: measured.failureRate,
  };
}

/** Worst first: what was measured by a generator that could not keep up is neither passed nor failed. */
function verdictName({ run, validity, verdict }: Summary): RunVerdictName {
  if (run.state !== "complete") return run.state;
  if (validity.grade === "void") return "void";
  return verdict.passed ? "passed" : "failed";
}

function ofPlan(plan: RecordedPlan, startedAt: string, running: boolean): Found {
  const { target } = plan;
  return {
    kind: "run",
    startedAt,
    scenario: plan.name,
    id: plan.runId,
    verdict: running ? "running" : "unreported",
    headline: running
      ? "The run is not over."
      : `Its results were not written: rollcall report ${plan.runId} makes them from its journals.`,
    target: urlsOfPlan(plan),
    simulated: false,
    release: null,
    client: CLIENT_NAMES[clientOf(target)],
    planHash: plan.hash,
    devices: devicesOf(plan),
    provisioned: null,
    p50: null,
    p99: null,
    rate: null,
    failureRate: null,
  };
}

/** "name-20261125T031500Z-3f2a11": as a run's folder is named; "": it was named by somebody else. */
export function timeOf(path: string): string {
  const parts = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f]+$/.exec(basename(path));
  return parts === null ? "" : `${parts.slice(1, 4).join("-")}T${parts.slice(4, 7).join(":")}.000Z`;
}
