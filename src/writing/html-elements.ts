import { asCell, type Cell, type Column, type Table } from "./table.ts";

/** Text that is safe within an element and within a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

export function paragraph(text: string, className = ""): string {
  return text === "" ? "" : `<p${classOf([className])}>${escapeHtml(text)}</p>`;
}

export function list(items: readonly string[]): string {
  return items.length === 0 ? "" : `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>`;
}

/** A section with its heading; without a body there is none. */
export function section(title: string, about: string, ...body: readonly string[]): string {
  const text = body.filter((part) => part !== "").join("\n");
  if (text === "") return "";
  const id = title.toLowerCase().replaceAll(/[^a-z]+/g, "-");
  return `<section id="${id}">\n<div class="heading"><h2>${escapeHtml(title)}</h2>\n${paragraph(about, "about")}</div>\n${text}\n</section>`;
}

/** `name`: for those who hear the table and do not see what stands above it. */
export function tableElement({ columns, rows }: Table, name: string): string {
  if (rows.length === 0) return "";
  const titled = columns.some(({ title }) => title !== "");
  // A table with sentences in it becomes a list where there is no room for its columns.
  const prose = titled && columns.filter((column) => column.prose === true).length > 1;
  const head = columns.map(headElement).join("");
  const body = rows.map(
    (row) => `<tr>${columns.map((column, index) => cellElement(column, asCell(row[index]), prose)).join("")}</tr>`,
  );
  const lines = titled ? [`<thead><tr>${head}</tr></thead>`, ...body] : body;
  const label = escapeHtml(name);
  return `<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table${classOf([prose ? "prose" : ""])}>\n${lines.join("\n")}\n</table></div>`;
}

/** Names and texts in two columns. */
export function facts(rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return "";
  const items = rows.map(([name, text]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd>`);
  return `<dl>${items.join("\n")}</dl>`;
}

/** Figures that most readers came for, each with its name. */
export function cardsElement(cards: readonly (readonly [figure: string, name: string])[]): string {
  const card = ([figure, name]: readonly [string, string]): string =>
    `<div class="card"><b>${escapeHtml(figure)}</b><span>${escapeHtml(name)}</span></div>`;
  return cards.length === 0 ? "" : `<div class="cards">${cards.map(card).join("\n")}</div>`;
}

/** The first lines of a page: what was found, in one sentence, and what more there is to say of it. */
export function verdictElement(verdict: {
  readonly tone: "good" | "warn" | "bad" | "plain";
  readonly label: string;
  readonly sentence: string;
  readonly further: readonly string[];
}): string {
  const { tone, label, sentence, further } = verdict;
  return [
    `<div class="verdict ${tone}">`,
    `<div class="label">${escapeHtml(label)}</div>`,
    sentence === "" ? "" : `<p class="sentence">${escapeHtml(sentence)}</p>`,
    list(further),
    "</div>",
  ]
    .filter((line) => line !== "")
    .join("\n");
}

function headElement(column: Column): string {
  const { title } = column;
  // A heading without a text is none.
  const name = title === "" ? "td" : "th";
  return `<${name}${classOf([alignOf(column)])}${title === "" ? "" : ' scope="col"'}>${escapeHtml(title)}</${name}>`;
}

function cellElement(column: Column, { text, tone }: Cell, named: boolean): string {
  const prose = column.prose === true ? "prose" : "";
  const title = named && column.title !== "" ? ` data-title="${escapeHtml(column.title)}"` : "";
  return `<td${classOf([alignOf(column), prose, tone === "plain" ? "" : tone])}${title}>${escapeHtml(text)}</td>`;
}

const alignOf = ({ align }: Column): string => (align === "right" ? "right" : "");

function classOf(names: readonly string[]): string {
  const given = names.filter((name) => name !== "");
  return given.length === 0 ? "" : ` class="${given.join(" ")}"`;
}
