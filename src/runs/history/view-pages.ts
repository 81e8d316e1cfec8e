import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { DEFAULT_POLICY } from "../../compare/compare.ts";
import { renderHtml } from "../../compare/html.ts";
import { refusals } from "../../compare/refusals.ts";
import { type Answer, servePages } from "../../dashboard/serve.ts";
import { isLoopback } from "../../dashboard/gate.ts";
import { RUN_VERDICTS } from "../../history/entry.ts";
import { HISTORY_STYLE, keyOf, renderHistory } from "../../history/html.ts";
import type { Listed } from "../../history/read-history.ts";
import { sorted } from "../../history/text.ts";
import { renderTrend } from "../../history/trend-html.ts";
import { trendsOf } from "../../history/trend.ts";
import { EXIT, type ExitCode, reasonOf, RollcallError } from "../../model/error.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { requireOver } from "../../record/under-way.ts";
import { reports } from "../../report/reports.ts";
import { list, paragraph } from "../../writing/html-elements.ts";
import { pageText } from "../../writing/html-page.ts";
import { readSummary } from "../results/results.ts";
import { FILE_OPTIONS } from "../../report/report.ts";
import { compareSides } from "../compare/compare.ts";
import { readFolders } from "../compare/sides.ts";
import { stopOnSignals } from "../under-way/stop-on-signals.ts";
import type { World } from "../world.ts";
import { foldersOf, historyOf, type ViewListOptions } from "./view-list.ts";

export interface ViewPagesOptions extends ViewListOptions {
  /** 0: any that is free. */
  readonly port: number;
  readonly host: string;
}

/** A comparison reads the summary of each run: more are not put side by side on a page. */
const MOST_COMPARED = 200;

/** Serves what is kept as pages until the user ends it. Throws RollcallError. */
export async function viewPages(world: World, options: ViewPagesOptions): Promise<ExitCode> {
  const { voice, clock } = world;
  const folders = foldersOf(options).map((each) => resolve(each));
  const token = randomBytes(16).toString("hex");
  const handedOn = isLoopback(options.host) ? "" : `token=${token}`;
  // What is wrong with the folders or options is told here, and not on a page.
  await historyOf(world, options);

  const all = async (): Promise<readonly Listed[]> => (await historyOf(world, { results: folders, out: "" })).entries;
  const find = async (keys: readonly string[]): Promise<readonly string[]> => {
    const byKey = new Map((await all()).map((entry) => [keyOf(entry, folders), join(entry.results, entry.path)]));
    return keys.flatMap((key) => byKey.get(key) ?? []);
  };

  async function home(query: URLSearchParams): Promise<Answer> {
    const given = (name: string): string | undefined => query.get(name)?.trim() || undefined;
    const verdict = RUN_VERDICTS.filter((each) => each === given("verdict"));
    const label = given("label");
    const asked = {
      scenario: given("scenario") ?? options.scenario,
      target: given("target") ?? options.target,
      label: label === undefined ? options.label : [label],
      release: given("release") ?? options.release,
      since: given("since") ?? options.since,
      until: options.until,
      verdict: verdict.length === 0 ? options.verdict : verdict,
    };
    const history = await historyOf(world, { ...asked, results: folders, out: "" });
    return html(renderHistory({ ...history, folders, filter: asked, token: handedOn, shown: options.limit }));
  }

  async function run(query: URLSearchParams): Promise<Answer> {
    const [folder] = await find([query.get("run") ?? ""]);
    if (folder === undefined) return nothing("There is no such run.");
    const files = await openRunFolder(folder);
    await requireOver(folder, files, clock.wall());
    return html(await reports.html.render({ summary: await readSummary(folder), histograms: [] }, FILE_OPTIONS));
  }

  async function trend(query: URLSearchParams): Promise<Answer> {
    const found = trendsOf(sorted(await all()).runs).find(
      (each) =>
        each.planHash === query.get("plan") &&
        each.target === query.get("target") &&
        each.client === query.get("client"),
    );
    return found === undefined ? nothing("There is no such trend.") : html(await renderTrend(found));
  }

  async function compare(query: URLSearchParams): Promise<Answer> {
    const keys = [query.getAll("base"), query.getAll("candidate")] as const;
    if (keys.some((side) => side.length === 0 || side.length > MOST_COMPARED)) {
      return nothing("Mark at least one run as base, and one as candidate.");
    }
    // One after the other: a run without a summary takes the memory of a run.
    const [base, candidate] = [
      await readFolders(await find(keys[0]), clock.wall()),
      await readFolders(await find(keys[1]), clock.wall()),
    ];
    const reasons = refusals(base, candidate, { force: false });
    if (reasons.length > 0) return nothing("These runs must not be compared:", reasons);
    const { comparison, simulated } = compareSides(base, candidate, DEFAULT_POLICY);
    return html(await renderHtml(comparison, simulated));
  }

  const page = (answer: (query: URLSearchParams) => Promise<Answer>) => ({
    method: "GET" as const,
    answer: async (query: URLSearchParams): Promise<Answer> => {
      try {
        return await answer(query);
      } catch (error) {
        if (error instanceof RollcallError) return nothing(error.message);
        throw error;
      }
    },
  });
  await using server = await servePages({
    host: options.host,
    port: options.port,
    token,
    styles: [HISTORY_STYLE],
    onError: (error) => voice.warn(`The page failed: ${reasonOf(error)}`),
    routes: { "/": page(home), "/run": page(run), "/trend": page(trend), "/compare": page(compare) },
  });
  await voice.say(`Results: ${server.link}`);
  voice.warn("Ctrl-C ends it. As a table: rollcall view --list");
  using stops = stopOnSignals(world);
  await new Promise((done) => stops.signal.addEventListener("abort", done, { once: true }));
  return EXIT.pass;
}

const html = (body: string): Answer => ({ type: "html", body });

function nothing(text: string, reasons: readonly string[] = []): Answer {
  const body = pageText({
    title: "rollcall",
    kind: "rollcall: results",
    heading: "Not shown",
    simulated: false,
    facts: [],
    body: [paragraph(text), list(reasons)],
  });
  return { status: 404, type: "html", body };
}
