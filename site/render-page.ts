import MarkdownIt from "markdown-it";
import { anchorOf } from "./anchor.ts";
import type { Link } from "./links.ts";
import type { Part } from "./navigation.ts";
import type { Source } from "./read-sources.ts";

export interface RenderedPage {
  readonly html: string;
  readonly title: string;
}

/** What a block is, where the words behind its language say that it is more than its language. */
const BLOCKS: Readonly<Record<string, string>> = { text: "output" };

/** A page of the site. Throws Error, which names page and link, where a link leads nowhere. */
export function renderPage(
  source: Source,
  navigation: readonly Part[],
  linkOf: (link: string) => Link | undefined,
): RenderedPage {
  const markdown = new MarkdownIt({ html: true, linkify: false });
  const headings: { readonly level: number; readonly text: string; readonly anchor: string }[] = [];
  const inPlace = (link: string): string => {
    const found = linkOf(link);
    if (found === undefined) throw new Error(`${source.path}: the link ${link} leads nowhere`);
    return found.href;
  };
  markdown.core.ruler.push("places", (state) => {
    for (const [index, token] of state.tokens.entries()) {
      if (token.type === "heading_open") {
        const text = plainText(state.tokens[index + 1]?.children ?? []);
        const anchor = anchorOf(state.tokens[index + 1]?.content ?? "");
        token.attrSet("id", anchor);
        headings.push({ level: Number(token.tag.slice(1)), text, anchor });
      }
      for (const child of token.children ?? []) {
        for (const [name, link] of child.attrs ?? []) {
          if (name === "href" || name === "src") child.attrSet(name, inPlace(String(link)));
        }
      }
    }
  });
  markdown.renderer.rules["fence"] = (tokens, index) => {
    const { info = "", content = "" } = tokens[index] ?? {};
    const [language = ""] = info.trim().split(/\s+/);
    const file = /\bfile=(\S+)/.exec(info)?.[1];
    const label = file ?? BLOCKS[language] ?? "";
    const caption = label === "" ? "" : `<span class="what">${escapeHtml(label)}</span>`;
    return `<div class="block ${escapeHtml(language)}">${caption}<pre tabindex="0"><code>${escapeHtml(content)}</code></pre></div>\n`;
  };
  // A long path of a field breaks at its dots, and nowhere else.
  markdown.renderer.rules["code_inline"] = (tokens, index) =>
    `<code>${escapeHtml(tokens[index]?.content ?? "").replaceAll(/\.(?=\w)/g, ".<wbr>")}</code>`;
  markdown.renderer.rules["table_open"] = () => '<div class="scroll" tabindex="0"><table>\n';
  markdown.renderer.rules["table_close"] = () => "</table></div>\n";
  const body = markdown.render(source.text);
  const title = headings.find(({ level }) => level === 1)?.text ?? source.file;
  const toc = headings.filter(({ level }) => level === 2);
  return {
    title,
    html: [
      "<!doctype html>",
      '<html lang="en">',
      "<head>",
      '<meta charset="utf-8">',
      '<meta name="viewport" content="width=device-width, initial-scale=1">',
      `<title>${escapeHtml(source.file === "index.html" ? "rollcall" : `${title} · rollcall`)}</title>`,
      '<link rel="stylesheet" href="style.css">',
      "</head>",
      "<body>",
      '<a class="skip" href="#content">To the text</a>',
      `<header><a class="home" href="index.html">rollcall</a><details class="menu"><summary>Pages</summary>${menuOf(navigation, source)}</details></header>`,
      '<div class="columns">',
      `<nav class="pages" aria-label="Pages">${menuOf(navigation, source)}</nav>`,
      `<main id="content">${body}</main>`,
      toc.length < 2
        ? '<nav class="toc"></nav>'
        : `<nav class="toc" aria-label="On this page"><b>On this page</b>${toc.map(({ text, anchor }) => `<a href="#${anchor}">${escapeHtml(text)}</a>`).join("")}</nav>`,
      "</div>",
      "</body>",
      "</html>",
      "",
    ].join("\n"),
  };
}

function menuOf(navigation: readonly Part[], { file }: Source): string {
  const entry = (to: string, text: string): string =>
    `<a href="${to}"${to === file ? ' aria-current="page"' : ""}>${escapeHtml(text)}</a>`;
  return [
    entry("index.html", "Overview"),
    ...navigation.map(
      ({ title, pages }) =>
        `<b>${escapeHtml(title)}</b>${pages.map((page) => entry(`${page.name}.html`, page.title)).join("")}`,
    ),
    entry("changelog.html", "Changelog"),
  ].join("\n");
}

function plainText(tokens: readonly { readonly type: string; readonly content: string }[]): string {
  return tokens
    .filter(({ type }) => type === "text" || type === "code_inline")
    .map(({ content }) => content)
    .join("");
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
