import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { siteLink } from "./links.ts";
import { readNavigation } from "./navigation.ts";
import { readSources } from "./read-sources.ts";
import { renderPage } from "./render-page.ts";

/** Writes the site of the repository at `root` into `out`, which is made anew. Throws Error where a link or an anchor leads nowhere. */
export function buildSite(root: string, out: string): readonly string[] {
  const sources = readSources(root);
  const navigation = readNavigation(readFileSync(join(root, "README.md"), "utf8"));
  const along = new Set<string>();
  const pages = sources.map((source) => {
    const linkOf = (link: string) => {
      const found = siteLink(root, sources, source.path, link);
      if (found?.along !== undefined) along.add(found.along);
      return found;
    };
    return { file: source.file, html: renderPage(source, navigation, linkOf).html };
  });
  const broken = brokenAnchors(pages);
  if (broken.length > 0) throw new Error(`Links lead nowhere:\n${broken.join("\n")}`);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const { file, html } of pages) writeFileSync(join(out, file), html);
  cpSync(join(root, "site/style.css"), join(out, "style.css"));
  for (const path of along) bringAlong(root, out, path);
  return pages.map(({ file }) => file);
}

/** Links between pages whose anchor, or page, is not there. */
export function brokenAnchors(pages: readonly { readonly file: string; readonly html: string }[]): readonly string[] {
  const idsOf = new Map(
    pages.map(({ file, html }) => [file, new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id = ""]) => id))]),
  );
  return pages.flatMap(({ file, html }) =>
    [...html.matchAll(/ href="([^"]+)"/g)].flatMap(([, href = ""]) => {
      if (/^(?:https?:|mailto:|files\/|style\.css)/.test(href)) return [];
      const [page = "", anchor] = href.split("#");
      const ids = idsOf.get(page === "" ? file : page);
      const isThere = ids !== undefined && (anchor === undefined || ids.has(decodeURIComponent(anchor)));
      return isThere ? [] : [`${file}: ${href}`];
    }),
  );
}

/** A file that is linked to, or a folder with a list of its files. */
function bringAlong(root: string, out: string, path: string): void {
  const from = join(root, path);
  const to = join(out, "files", path);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
  if (!statSync(from).isDirectory()) return;
  const items = readdirSync(from).map((name) => `<li><a href="${name}">${name}</a></li>`);
  const style = `${"../".repeat(path.split("/").filter((part) => part !== "").length + 1)}style.css`;
  writeFileSync(
    join(to, "index.html"),
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${path}</title><link rel="stylesheet" href="${style}"></head><body><main><h1>${path}</h1><ul>${items.join("")}</ul></main></body></html>\n`,
  );
}
