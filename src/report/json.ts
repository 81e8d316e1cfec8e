import type { Report } from "./report.ts";
import { jsonText } from "../writing/json-text.ts";

export const json: Report = {
  extension: "json",
  description: "every figure, for programs (equal to summary.json)",
  render: ({ summary }) => `${jsonText(summary, 2)}\n`,
};
