import { asCell, type Cell, type Column, type Table } from "../writing/table.ts";

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
  return `<section>\n<h2>${escapeHtml(title)}</h2>\n${paragraph(about, "about")}\n${text}\n</section>`;
}

export function tableElement({ columns, rows }: Table): string {
  if (rows.length === 0) return "";
  const titled = columns.some(({ title }) => title !== "");
  const head = columns.map((column) => `<th${classOf([alignOf(column)])}>${escapeHtml(column.title)}</th>`).join("");
  const body = rows.map(
    (row) => `<tr>${columns.map((column, index) => cellElement(column, asCell(row[index]))).join("")}</tr>`,
  );
  const lines = titled ? [`<thead><tr>${head}</tr></thead>`, ...body] : body;
  return `<div class="scroll"><table>\n${lines.join("\n")}\n</table></div>`;
}

/** Names and texts in two columns. */
export function facts(rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return "";
  const items = rows.map(([name, text]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd>`);
  return `<dl>${items.join("\n")}</dl>`;
}

function cellElement(column: Column, { text, tone }: Cell): string {
  const prose = column.prose === true ? "prose" : "";
  return `<td${classOf([alignOf(column), prose, tone === "plain" ? "" : tone])}>${escapeHtml(text)}</td>`;
}

const alignOf = ({ align }: Column): string => (align === "right" ? "right" : "");

function classOf(names: readonly string[]): string {
  const given = names.filter((name) => name !== "");
  return given.length === 0 ? "" : ` class="${given.join(" ")}"`;
}
