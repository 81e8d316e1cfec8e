import { relative } from "node:path";
import { createPlainView } from "../live/plain-view.ts";
import { createSilentView } from "../live/silent-view.ts";
import { createTerminalView } from "../live/terminal-view.ts";
import type { View } from "../model/live.ts";
import type { Plan } from "../model/plan.ts";
import { countInWords } from "../writing/quantities.ts";
import { warn } from "./output.ts";

interface ViewSetting {
  readonly plan: Plan;
  readonly folder: string;
  readonly simulated: boolean;
  readonly quiet: boolean;
  /** Of a run that is one of many: on a terminal it is seen under this while it lasts, elsewhere not at all. */
  readonly heading?: string | undefined;
}

/**
 * Progress goes to standard error: standard output has the report alone. Quiet shows no progress, but what went wrong.
 * Begins with what is about to be done to whom.
 */
export function openView(setting: ViewSetting): View {
  const { stderr, env } = process;
  const { heading } = setting;
  const inSeries = heading !== undefined;
  if (setting.quiet || (inSeries && !stderr.isTTY)) return { ...createSilentView(), note: warn };
  if (!inSeries) warn(introduction(setting));
  if (!stderr.isTTY) return createPlainView({ output: stderr });
  return createTerminalView({ output: stderr, color: (env["NO_COLOR"] ?? "") === "", heading });
}

function introduction({ plan, folder, simulated }: ViewSetting): string {
  const { target, generators } = plan;
  const devices = plan.phases.reduce((sum, phase) => sum + phase.devices, 0);
  const where = `${target.transport}${target.tls === undefined ? "" : "s"}://${target.host}:${target.port}`;
  return [
    `${plan.name}: ${countInWords(devices)} devices at ${where}${simulated ? " (SIMULATED, not a real ThingsBoard)" : ""}, ${generators} generator${generators === 1 ? "" : "s"}`,
    `results in ${relative(process.cwd(), folder)}`,
    "Ctrl-C ends the load and calls the roll; a second one stops at once",
    "",
  ].join("\n");
}
