import { escapeHtml, tableElement } from "../writing/html-elements.ts";
import { printable } from "../writing/text-width.ts";
import { NARROW, WIDE } from "./layout.ts";
import type { Picture } from "./picture.ts";

/**
 * A picture on a page: drawn twice, for a desk and for a hand, of which the style sheet shows one; and its figures as a table.
 * The library is loaded here and nowhere else, when the first picture is drawn.
 */
async function figureElement(picture: Picture): Promise<string> {
  const { drawPicture } = await import("./draw.ts");
  const { name, title, about, unit, keys, table } = picture;
  const drawn = [WIDE, NARROW].map((size) =>
    drawPicture(picture, size).replace("<svg ", `<svg role="img" aria-label="${escapeHtml(printable(title))}" `),
  );
  const legend = keys.map(
    ({ name: of, color, mark }) => `<span class="key ${color} ${mark}">${escapeHtml(printable(of))}</span>`,
  );
  const above = [...(unit === "" ? [] : [`<span class="unit">${escapeHtml(unit)}</span>`]), ...legend];
  return [
    `<figure id="picture-${escapeHtml(name)}">`,
    `<figcaption><b>${escapeHtml(printable(title))}</b><p>${escapeHtml(printable(about))}</p>${above.length === 0 ? "" : `<div class="keys">${above.join("")}</div>`}</figcaption>`,
    `<div class="wide">${drawn[0] ?? ""}</div><div class="narrow">${drawn[1] ?? ""}</div>`,
    `<details><summary>The same as a table</summary>${figuresTable(table, title)}</details>`,
    "</figure>",
  ].join("\n");
}

/** One after the other: each takes some ten milliseconds of one core. */
export async function figureElements(pictures: readonly Picture[]): Promise<readonly string[]> {
  const elements: string[] = [];
  for (const picture of pictures) elements.push(await figureElement(picture));
  return elements;
}

function figuresTable({ columns, rows }: Picture["table"], title: string): string {
  return tableElement(
    {
      columns: columns.map((column, index) => ({ title: printable(column), align: index === 0 ? "left" : "right" })),
      rows,
    },
    `${printable(title)}, as a table`,
  );
}
