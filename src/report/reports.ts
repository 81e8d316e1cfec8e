import { csv } from "./csv.ts";
import { hgrm, hlog } from "./hdr-log.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import type { Report } from "./report.ts";
import { text } from "./text.ts";

/** Every form in which a run can be read, by the name that a user gives. */
export const reports = { text, json, markdown, html, junit, csv, hgrm, hlog } satisfies Readonly<
  Record<string, Report | Report<Promise<string>>>
>;

export type ReportName = keyof typeof reports;
