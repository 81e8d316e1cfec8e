import { readFileSync } from "node:fs";
import process from "node:process";

/**
 * Pictures of a report's page as one SVG that stands by itself: `node scripts/page-picture.ts report.html 0 1 > docs/picture.svg`,
 * each with its conclusion above it. The page gives colours by variables and fonts by style; an image has neither.
 */
const [page = "", ...numbers] = process.argv.slice(2);
const html = readFileSync(page, "utf8");
const all = [
  ...html.matchAll(/<svg role="img" aria-label="([^"]*)" width="(\d+)" height="(\d+)"[^>]*>([\s\S]*?)<\/svg>/g),
];
const light = /:root\s*\{ color-scheme: light dark;([^}]*)\}/.exec(html)?.[1] ?? "";
const colours = new Map(
  [...light.matchAll(/(--[\w-]+):\s*([^;]+)/g)].map(([, name = "", value = ""]) => [name, value]),
);

const HEADING = 34;
let y = 0;
let width = 0;
const parts = numbers.map((number) => {
  const [, title = "", wide = "0", high = "0", body = ""] = all[Number(number)] ?? [];
  const part = `<text x="8" y="${y + 22}" font-size="15" font-weight="600" fill="var(--ink)">${title}</text><g transform="translate(0 ${y + HEADING})">${body}</g>`;
  y += Number(high) + HEADING;
  width = Math.max(width, Number(wide));
  return part;
});
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" font-family="system-ui, sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>${parts.join("")}</svg>`;
process.stdout.write(`${svg.replaceAll(/var\((--[\w-]+)\)/g, (whole, name: string) => colours.get(name) ?? whole)}\n`);
