const LIGHT = `
  --paper: #ffffff; --card: #f6f7f9; --line: #dfe3e8; --ink: #1b222b; --quiet: #56616e;
  --good: #14713f; --good-bg: #e3f5ea; --warn: #7d5200; --warn-bg: #fdf1d7; --bad: #b3261e; --bad-bg: #fdeaea;
  --plain-bg: #eef2f7; --one: #2166c4; --two: #c2570c; --three: #14713f; --four: #b3261e; --five: #7a3fb0; --six: #00707a;
  --heat: #123f86; --band: rgba(110, 125, 145, 0.11);`;
const DARK = `
  --paper: #12161c; --card: #1a2029; --line: #313b48; --ink: #e4e8ee; --quiet: #a3afbd;
  --good: #5ccb8b; --good-bg: #14301f; --warn: #e5b454; --warn-bg: #33270d; --bad: #ff8b83; --bad-bg: #3a1a19;
  --plain-bg: #1d2733; --one: #6aa9ff; --two: #ffab5e; --three: #5ccb8b; --four: #ff8b83; --five: #c79bf2; --six: #4fc3ce;
  --heat: #9cc7ff; --band: rgba(160, 180, 205, 0.1);`;

/** The style sheet of every page. Follows the reader's light or dark theme, prints in light, and asks nothing of the network. */
export const STYLE = `
:root { color-scheme: light dark; ${LIGHT}
}
@media screen and (prefers-color-scheme: dark) { :root { ${DARK}
} }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1060px; margin: 0 auto; padding: 24px 20px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 2px 0 6px; overflow-wrap: anywhere; }
h2 { font-size: 19px; margin: 40px 0 2px; }
h3 { font-size: 16px; margin: 22px 0 2px; overflow-wrap: anywhere; }
p { margin: 6px 0; overflow-wrap: anywhere; }
.quiet, .about { color: var(--quiet); }
.about { margin: 0 0 10px; }
.fact { margin: 2px 0; }
.simulated { margin: 0 0 14px; padding: 8px 14px; border-radius: 8px; background: var(--warn-bg); color: var(--warn); }
.simulated b { letter-spacing: 0.06em; margin-right: 8px; }
.verdict { border-left: 6px solid; border-radius: 8px; padding: 14px 18px; margin: 18px 0; }
.verdict .label { font-weight: 700; letter-spacing: 0.02em; }
.verdict .sentence { font-size: 18px; line-height: 1.4; margin: 4px 0 0; color: var(--ink); }
.verdict ul { color: var(--ink); }
.verdict.good { background: var(--good-bg); border-color: var(--good); color: var(--good); }
.verdict.warn { background: var(--warn-bg); border-color: var(--warn); color: var(--warn); }
.verdict.bad { background: var(--bad-bg); border-color: var(--bad); color: var(--bad); }
.verdict.plain { background: var(--plain-bg); border-color: var(--quiet); color: var(--ink); }
ul { margin: 8px 0 0; padding-left: 20px; } li { overflow-wrap: anywhere; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 12px; margin: 18px 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.card b { display: block; font-size: 21px; line-height: 1.35; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.card span { color: var(--quiet); font-size: 13px; }
.equations { display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: 12px; align-items: start; }
.equations table { background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 12px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); white-space: pre-wrap; }
td.prose { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 140px; }
th { font-weight: 600; color: var(--quiet); vertical-align: bottom; }
tbody tr:last-child td { border-bottom: 0; }
.right { text-align: right; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); } .title { font-weight: 700; }
td.good, td.warn, td.bad { font-weight: 600; }
figure { margin: 14px 0 30px; }
figcaption b { display: block; font-size: 16px; overflow-wrap: anywhere; }
figcaption p { margin: 0; color: var(--quiet); font-size: 13px; }
.unit { color: var(--quiet); }
.keys { display: flex; flex-wrap: wrap; gap: 2px 18px; margin-top: 4px; font-size: 13px; }
.key::before { content: ""; display: inline-block; width: 16px; height: 3px; margin-right: 6px; vertical-align: middle; background: var(--key); }
.key.area::before { height: 10px; opacity: 0.75; }
.key.dashed::before { background: repeating-linear-gradient(90deg, var(--key) 0 5px, transparent 5px 8px); }
.key.dot::before { width: 0; height: 0; background: none; border: 5px solid transparent; border-top: 0; border-bottom: 9px solid var(--key); }
.one { --key: var(--one); } .two { --key: var(--two); } .three { --key: var(--three); } .four { --key: var(--four); }
.five { --key: var(--five); } .six { --key: var(--six); } .key.quiet { --key: var(--quiet); color: inherit; }
svg { display: block; width: 100%; height: auto; margin-top: 4px; }
svg text { font: 12px system-ui, sans-serif; }
.narrow { display: none; max-width: 480px; }
details { margin-top: 4px; font-size: 13px; } summary { color: var(--quiet); cursor: pointer; }
details .scroll { max-height: 340px; overflow: auto; border: 1px solid var(--line); border-radius: 8px; margin-top: 6px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 18px; margin: 10px 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
@media screen and (max-width: 600px) {
  main { padding: 16px 12px 48px; } h1 { font-size: 22px; } h2 { margin-top: 30px; }
  .cards { grid-template-columns: 1fr 1fr; gap: 8px; }
  .wide { display: none; } .narrow { display: block; }
  th, td { padding: 4px 6px; font-size: 13px; }
  table.prose, table.prose tbody, table.prose tr, table.prose td { display: block; border: 0; padding: 0; text-align: left; white-space: normal; }
  table.prose td { white-space: pre-wrap; }
  table.prose thead { display: none; } table.prose tr { border-bottom: 1px solid var(--line); padding: 6px 0; }
  table.prose td:empty { display: none; }
  table.prose td[data-title]::before { content: attr(data-title) ": "; color: var(--quiet); font-weight: 400; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 6px; }
}
@page { margin: 14mm 12mm; }
@media print {
  :root { color-scheme: light; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 12px; } main { max-width: none; padding: 0; } details { display: none; } h2 { margin-top: 22px; }
  .heading, h2, h3, .about, figcaption { break-after: avoid; }
  figure, tr, .card, .verdict, .equations, dl { break-inside: avoid; } figure { margin: 8px 0 14px; }
  .heading { break-inside: avoid; } .heading + p, h3 + p { break-after: avoid; } .scroll + p, .equations + p { break-before: avoid; }
  tbody tr:nth-child(-n + 2) { break-after: avoid; } tr:nth-last-child(-n + 3) { break-before: avoid; }
  .cards { grid-template-columns: repeat(auto-fit, minmax(92px, 1fr)); gap: 8px; } .card { padding: 8px 10px; } .card b { font-size: 17px; }
  p, li { orphans: 3; widows: 3; } thead { display: table-header-group; }
  .scroll { overflow: visible; } th, td { padding: 3px 8px; } table.short { break-inside: avoid; }
}
`;
