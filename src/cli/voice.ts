import { createPlainView } from "../live/plain-view.ts";
import { createSilentView } from "../live/silent-view.ts";
import { devicesAreCeiling, devicesOf } from "../model/devices-of.ts";
import type { View } from "../model/live.ts";
import { urlsOfPlan } from "../model/target.ts";
import { FILE_OPTIONS } from "../report/report.ts";
import type { ViewSetting, Voice } from "../runs/world.ts";
import { formatCount } from "../writing/notation.ts";
import { displayWidth, printableLines, wrapText } from "../writing/text-width.ts";
import { asTyped } from "../writing/typed-command.ts";
import { ask, askText } from "./question.ts";
import { createProgress } from "./progress.ts";
import type { Io, OutputStream } from "./streams.ts";
import { shownPath, withShownPaths } from "../writing/shown-path.ts";

/** Widths of a report in a terminal, in columns. */
const WIDEST = 110;
const NARROWEST = 80;
/** Below this nothing can be read. */
const NARROWEST_LINE = 40;

/**
 * What is asked for goes to standard output; progress, warnings and mistakes to standard error. All that is said leaves here:
 * whatever a server, a file or a flag has put into it, no terminal obeys it.
 */
export function createVoice({ stdout, stderr, stdin, variables, folder, program }: Io): Voice {
  const inColor = (stream: OutputStream): boolean => stream.isTTY === true && (variables["NO_COLOR"] ?? "") === "";

  /** With its commands as they are typed here, and its paths as they are from here. */
  const asSaid = (text: string): string => withShownPaths(asTyped(text, program), folder);

  /**
   * In a terminal, lines are broken at spaces, and set in as far as they began. What was typed, written in a scenario or said
   * by a server is in these texts: none of it may steer the terminal.
   */
  const warn = (said: string): void => {
    const text = printableLines(asSaid(said), false);
    const fitted = stderr.isTTY === true ? fit(text, Math.max(NARROWEST_LINE, stderr.columns ?? NARROWEST)) : text;
    stderr.write(`${fitted}\n`);
  };

  return {
    // Resolves when the text has left, so that an exit right after it cuts nothing off a pipe.
    say(said) {
      const text = printableLines(said.endsWith("\n") ? said : `${said}\n`, inColor(stdout));
      return new Promise((resolve) => void stdout.write(text, () => resolve()));
    },
    warn,
    ask: (question) => ask({ stdin, stderr }, printableLines(question, false)),
    askText: (question, hidden) => askText({ stdin, stderr }, printableLines(question, false), hidden),
    progress: (what) => createProgress(stderr, what),
    isTerminal: stdout.isTTY === true,
    openView: (setting) => openView(setting),
    // As wide as the terminal where there is one; in colour unless NO_COLOR or a pipe says otherwise.
    display: () => ({
      color: inColor(stdout),
      program,
      width: Math.min(
        WIDEST,
        Math.max(NARROWEST, (stdout.isTTY === true ? stdout.columns : undefined) ?? FILE_OPTIONS.width),
      ),
    }),
  };

  /** Quiet shows no progress, but what went wrong. Begins with what is about to be done to whom. */
  async function openView(setting: ViewSetting): Promise<View> {
    const view = await viewFor(setting);
    return { ...view, note: (text) => view.note(asSaid(text)) };
  }

  async function viewFor(setting: ViewSetting): Promise<View> {
    const { heading } = setting;
    const inSeries = heading !== undefined;
    if (setting.quiet || (inSeries && stderr.isTTY !== true)) return { ...createSilentView(), note: warn };
    if (!inSeries) warn(introduction(setting, folder));
    if (stderr.isTTY !== true) return createPlainView({ output: stderr });
    // What draws in a terminal takes a tenth of a second to load, and a pipe has no use for it.
    const { createTerminalView } = await import("../live/terminal-view.ts");
    return createTerminalView({ output: stderr, color: inColor(stderr), heading });
  }
}

function introduction({ plan, folder, simulated }: ViewSetting, here: string): string {
  const { generators } = plan;
  const devices = devicesOf(plan);
  return [
    `${plan.name}: ${devicesAreCeiling(plan) ? "at most " : ""}${formatCount(devices)} devices at ${urlsOfPlan(plan)}${simulated ? " (SIMULATED, not a real ThingsBoard)" : ""}, ${generators} generator${generators === 1 ? "" : "s"}`,
    `results in ${shownPath(folder, here)}`,
    "Ctrl-C ends the load and calls the roll; a second one stops at once",
    "",
  ].join("\n");
}

function fit(text: string, width: number): string {
  return text
    .split("\n")
    .flatMap((line) => {
      if (displayWidth(line) <= width) return [line];
      const margin = /^ */.exec(line)?.[0] ?? "";
      return wrapText(line.slice(margin.length), width - margin.length).map((part) => margin + part);
    })
    .join("\n");
}
