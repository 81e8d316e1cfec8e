import { escapeHtml } from "./html-elements.ts";
import { STYLE } from "./html-style.ts";
import { printable } from "./text-width.ts";

export interface Page {
  /** Title of the window. */
  readonly title: string;
  /** The main heading, and what stands around it. */
  readonly heading: string;
  /** Small print above the heading: what kind of page this is. */
  readonly kind: string;
  /** True: the target was a simulator, which nobody may overlook. */
  readonly simulated: boolean;
  /** Under the heading: target, date, load. */
  readonly facts: readonly string[];
  /** Markup; empty parts are left out. */
  readonly body: readonly string[];
}

/** One page that asks nothing of the network and runs no script: it can be mailed, archived and printed. */
export function pageText({ title, heading, kind, simulated, facts, body }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(printable(title))}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
${simulated ? '<p class="simulated"><b>SIMULATED</b> This was not a real ThingsBoard.</p>\n' : ""}<p class="quiet">${escapeHtml(printable(kind))}</p>
<h1>${escapeHtml(printable(heading))}</h1>
${facts.map((fact) => `<p class="fact">${escapeHtml(printable(fact))}</p>`).join("\n")}
</header>
${body.filter((part) => part !== "").join("\n")}
</main>
</body>
</html>
`;
}
