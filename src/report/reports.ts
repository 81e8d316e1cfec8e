import { csv } from "./csv.ts";
import { hgrm, hlog } from "./hdr-log.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import type { Report } from "./report.ts";
import { text } from "./text.ts";

/** For a colleague: pictures and figures of one run. Loaded where it is asked for: few runs are drawn. */
const html: Report<Promise<string>> = {
  extension: "html",
  description: "one self-contained page with charts, to show to others",
  render: async ({ summary }) => (await import("./html.ts")).htmlPage(summary),
};

/** Every form in which a run can be read, by the name that a user gives. */
export const reports = { text, json, markdown, html, junit, csv, hgrm, hlog } satisfies Readonly<
  Record<string, Report | Report<Promise<string>>>
>;

export type ReportName = keyof typeof reports;
