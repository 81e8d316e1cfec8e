import { basename, relative } from "node:path";
import { reports } from "../../report/reports.ts";
import type { FoldedRun } from "../../summary/fold.ts";
import type { World } from "../world.ts";
import { FILE_OPTIONS } from "../../report/report.ts";
import { EXIT, RollcallError } from "../../model/error.ts";
import { besideResults, type Form, type OutputNames, readOutput, writeOutput } from "./outputs.ts";

/** Reports that are written when a run or a series has ended, beside those that each has. */
export interface EndReports {
  /** Gives the files that were written. Throws RollcallError "report-not-written". */
  write(end: {
    readonly folder: string;
    /** Name of the files in that folder, without the extension. */
    readonly name: string;
    readonly names: OutputNames;
    readonly render: Readonly<Record<EndFormat, () => string | Promise<string>>>;
  }): Promise<readonly string[]>;
}

type EndFormat = "html" | "junit" | "json";

export interface EndReportsAsked {
  readonly html: boolean;
  readonly junit: boolean;
  readonly json: boolean;
  /** -o; undefined: into the folder of the run or series. */
  readonly output: string | undefined;
}

/** Undefined: none was asked for. `several`: runs of a series, which need files of their own. Throws RollcallError "usage". */
export async function readEndReports(
  { folder: from }: Pick<World, "folder">,
  asked: EndReportsAsked,
  several: boolean,
): Promise<EndReports | undefined> {
  const formats = (["html", "junit", "json"] as const).filter((name) => asked[name]);
  const forms = formats.map((name): Form => ({ name, extension: reports[name].extension }));
  if (forms.length === 0) {
    if (asked.output !== undefined) throw nothingToWrite();
    return undefined;
  }
  const output =
    asked.output === undefined
      ? undefined
      : await readOutput(asked.output, forms, { several, names: ["run", "scenario"] });
  return {
    async write({ folder, name, names, render }) {
      const paths = output?.pathsFor(names) ?? besideResults(folder, name, forms);
      for (const [index, path] of paths.entries()) {
        const format = formats[index];
        if (format !== undefined) await writeOutput(path, await render[format](), EXIT.unhealthy);
      }
      return paths.map((path) => relative(from, path));
    },
  };
}

/** Reports of one run. */
export async function writeRunReports(
  asked: EndReports | undefined,
  folder: string,
  run: FoldedRun,
): Promise<readonly string[]> {
  const files = await asked?.write({
    folder,
    name: "report",
    names: { run: basename(folder), scenario: run.summary.run.scenario },
    render: {
      html: () => reports.html.render(run, FILE_OPTIONS),
      junit: () => reports.junit.render(run, FILE_OPTIONS),
      json: () => reports.json.render(run, FILE_OPTIONS),
    },
  });
  return files ?? [];
}

function nothingToWrite(): RollcallError {
  return new RollcallError(
    "usage",
    "-o says where reports go, and none was asked for.",
    "Add --html, --junit or --json. Where runs are kept is said by --out.",
    EXIT.usage,
  );
}
