import { pageText } from "../writing/html-page.ts";

/** What the live page has beside the style of every page. */
export const LIVE_STYLE = `
.bar { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; margin: 14px 0; }
.bar .stage { font-weight: 600; flex: 1 1 260px; overflow-wrap: anywhere; }
button { font: inherit; padding: 8px 16px; border-radius: 8px; border: 1px solid var(--bad); background: var(--bad-bg); color: var(--bad); cursor: pointer; }
#load > * { min-width: 0; max-width: 100%; overflow-wrap: anywhere; }
#load button { border-color: var(--line); background: transparent; color: inherit; }
button:disabled { opacity: 0.55; cursor: default; }
.chart { width: 100%; height: 280px; margin-top: 4px; }
.notes { max-height: 200px; overflow: auto; font-size: 13px; }
.lost { border-radius: 8px; padding: 8px 14px; background: var(--warn-bg); color: var(--warn); }
[hidden] { display: none !important; }
@media screen and (max-width: 600px) { .chart { height: 240px; } }
`;

/** The live page without any figure: what it shows comes as events, and its script puts it there as text. */
export function livePage(): string {
  return pageText({
    title: "A run under way: rollcall",
    kind: "rollcall: a run under way",
    heading: "A run",
    simulated: false,
    facts: [],
    body: [
      `<style>${LIVE_STYLE}</style>`,
      '<p class="simulated" id="simulated" hidden><b>SIMULATED</b> This is not a real ThingsBoard.</p>',
      '<div id="facts"></div>',
      '<p class="lost" id="lost" role="status" hidden>The page has lost the run: it has ended, or is not to be reached. What is shown is the last that was heard.</p>',
      '<div id="ended" hidden></div>',
      '<div class="bar"><span class="stage" id="stage" role="status">waiting for the first figures</span><button id="stop" type="button" hidden></button><span class="quiet" id="stop-about"></span></div>',
      '<div class="bar" id="load" hidden><span class="quiet" id="load-text" role="status"></span></div>',
      '<div class="cards" id="cards"></div>',
      '<p id="health" class="quiet"></p>',
      '<div class="notes" id="notes" tabindex="0" role="region" aria-label="Notes"></div>',
      '<h2>Over time</h2><div id="pictures"></div>',
      "<noscript><p>This page needs its script, which comes from this machine. The report needs none.</p></noscript>",
      '<script type="module" src="/live.js"></script>',
    ],
  });
}
