/** The page's own style sheet. Follows the reader's light or dark theme, prints, and asks nothing of the network. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --card: #f6f7f9; --line: #dfe3e8; --ink: #1b222b; --quiet: #5d6876;
  --good: #14713f; --good-bg: #e3f5ea; --warn: #8a5a00; --warn-bg: #fdf1d7; --bad: #b3261e; --bad-bg: #fdeaea;
  --one: #2166c4; --two: #d9730d; --three: #14713f; --four: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161c; --card: #1a2029; --line: #2d3642; --ink: #e4e8ee; --quiet: #9aa6b5;
    --good: #5ccb8b; --good-bg: #14301f; --warn: #e5b454; --warn-bg: #33270d; --bad: #ff8b83; --bad-bg: #3a1a19;
    --one: #6aa9ff; --two: #ffab5e; --three: #5ccb8b; --four: #ff8b83;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1060px; margin: 0 auto; padding: 28px 20px 64px; }
h1 { font-size: 24px; line-height: 1.3; margin: 6px 0 0; }
h2 { font-size: 18px; margin: 40px 0 4px; }
p { margin: 6px 0; }
.about, .quiet { color: var(--quiet); }
.about { margin: 0 0 10px; }
.verdict { border-left: 6px solid; border-radius: 8px; padding: 16px 20px; }
.verdict .label { font-weight: 700; letter-spacing: 0.02em; }
.verdict.good { background: var(--good-bg); border-color: var(--good); } .verdict.good .label { color: var(--good); }
.verdict.warn { background: var(--warn-bg); border-color: var(--warn); } .verdict.warn .label { color: var(--warn); }
.verdict.bad { background: var(--bad-bg); border-color: var(--bad); } .verdict.bad .label { color: var(--bad); }
ul { margin: 10px 0 0; padding-left: 20px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 12px; margin: 18px 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; }
.card b { display: block; font-size: 21px; line-height: 1.35; white-space: nowrap; font-variant-numeric: tabular-nums; }
.card span { color: var(--quiet); font-size: 13px; }
.equations { display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: 12px; align-items: start; }
.equations table { background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 12px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); white-space: pre; }
td.prose { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 140px; }
th { font-weight: 600; color: var(--quiet); vertical-align: bottom; }
tr:last-child td { border-bottom: 0; }
.right { text-align: right; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); } .title { font-weight: 700; }
td.good, td.warn, td.bad { font-weight: 600; }
.verdict { color: var(--ink); }
figure { margin: 12px 0 24px; }
figcaption { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: baseline; }
figcaption b { margin-right: auto; }
.key::before { content: ""; display: inline-block; width: 14px; height: 3px; margin-right: 6px; vertical-align: middle; background: currentColor; }
.one { color: var(--one); } .two { color: var(--two); } .three { color: var(--three); } .four { color: var(--four); }
.key { color: var(--ink); } .key.one::before { background: var(--one); } .key.two::before { background: var(--two); }
.key.three::before { background: var(--three); } .key.four::before { background: var(--four); }
svg { display: block; width: 100%; height: auto; margin-top: 6px; }
svg text { fill: var(--quiet); font: 12px system-ui, sans-serif; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .series { fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linejoin: round; }
svg .wide { stroke-width: 6; stroke-opacity: 0.35; }
svg .dot { fill: currentColor; }
svg .band { fill: transparent; } svg .band:hover { fill: var(--quiet); fill-opacity: 0.14; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 18px; margin: 10px 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 48px; color: var(--quiet); font-size: 13px; }
@media print { main { max-width: none; padding: 0; } h2 { break-after: avoid; } figure, table { break-inside: avoid; } }
`;
