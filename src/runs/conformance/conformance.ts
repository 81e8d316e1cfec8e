import { changesSince, readBaseline } from "../../conformance/baseline.ts";
import { COLUMNS, columnOf, type Expectation, expectationOf } from "../../conformance/columns.ts";
import { renderHtml } from "../../conformance/html.ts";
import { renderJunit } from "../../conformance/junit.ts";
import { type ConformanceResult, differs } from "../../conformance/result.ts";
import { renderChanges, renderText } from "../../conformance/text.ts";
import { EXIT, type ExitCode, RollcallError, worstExitCode } from "../../model/error.ts";
import { usFromMs } from "../../model/units.ts";
import { requireWritable } from "../../record/results-folder.ts";
import { type FormatsAsked, readFormats } from "../results/formats.ts";
import { stopOnSignals } from "../under-way/stop-on-signals.ts";
import { monotonicMs, type World } from "../world.ts";
import { type ConformanceOptions, conformanceTarget } from "./conformance-target.ts";
import { runConformance } from "./run-conformance.ts";
import { jsonText } from "../../writing/json-text.ts";

export const CONFORMANCE_FORMATS = ["text", "html", "json", "junit"] as const;
const EXTENSIONS = { text: "txt", html: "html", json: "json", junit: "xml" } as const;

export interface ConformanceWish extends ConformanceOptions, FormatsAsked<(typeof CONFORMANCE_FORMATS)[number]> {
  readonly slow: boolean;
  /** Folder of all results. */
  readonly out: string;
  readonly expect: string | undefined;
  /** File of an earlier result. */
  readonly baseline: string | undefined;
  readonly all: boolean;
}

/** Tries the rules of the contract on a server and says what came of it. Throws RollcallError. */
export async function tryConformance(world: World, options: ConformanceWish): Promise<ExitCode> {
  const { voice } = world;
  const giving = await readFormats<(typeof CONFORMANCE_FORMATS)[number]>(voice, options, EXTENSIONS, []);
  const expected = options.expect === undefined ? undefined : expectationFrom(options.expect);
  const baseline = options.baseline === undefined ? undefined : await baselineFrom(options.baseline);
  const results = options.simulate === undefined ? options.out : undefined;
  if (results !== undefined) await requireWritable(results);
  using stopping = stopOnSignals(world);
  using target = await conformanceTarget(world, options);
  const began = monotonicMs(world.clock);
  const wish = { expected, slow: options.slow, results };
  const { result, allRemoved } = await runConformance(world, target, wish, stopping.signal);
  const took = usFromMs(monotonicMs(world.clock) - began);
  const changes = baseline === undefined ? undefined : changesSince(baseline.cases, result.cases);
  const since = baseline === undefined || changes === undefined ? undefined : { before: baseline, changes };
  await giving.give(
    {
      text: (display) =>
        since === undefined
          ? renderText(result, options.all, display)
          : renderChanges(since.before, result, since.changes, display),
      html: () => renderHtml(result, since, options.simulate !== undefined),
      json: () => `${jsonText(result, 2)}\n`,
      junit: () => renderJunit(result, changes, took),
    },
    { run: "conformance" },
    EXIT.unhealthy,
  );
  const wrong = changes === undefined ? result.cases.some(differs) : changes.length > 0;
  // As for cleanup: something that rollcall made is left on the server.
  return worstExitCode([allRemoved ? EXIT.pass : EXIT.rollCall, wrong ? EXIT.threshold : EXIT.pass]);
}

function expectationFrom(release: string): Expectation {
  if (columnOf(release) !== undefined) return expectationOf(release);
  throw new RollcallError(
    "usage",
    `--expect ${release} is not a ThingsBoard release that rollcall knows.`,
    `Name one from 3.6 on, e.g. 4.2.1. The columns: ${COLUMNS.map(({ title }) => title).join(", ")}.`,
  );
}

async function baselineFrom(file: string): Promise<ConformanceResult> {
  const baseline = await readBaseline(file);
  if (baseline !== undefined) return baseline;
  throw new RollcallError(
    "usage",
    `--baseline ${file}: there is no such file.`,
    "Make one with: rollcall conformance <target> --format json > before.json",
  );
}
