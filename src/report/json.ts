import type { Report } from "./report.ts";

export const json: Report = {
  extension: "json",
  description: "every figure, for programs (equal to summary.json)",
  render: ({ summary }) => `${JSON.stringify(summary, undefined, 2)}\n`,
};
