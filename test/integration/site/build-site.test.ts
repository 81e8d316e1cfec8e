import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { brokenAnchors, buildSite } from "../../../site/build-site.ts";
import { siteLink } from "../../../site/links.ts";
import { readNavigation } from "../../../site/navigation.ts";
import { readSources } from "../../../site/read-sources.ts";
import { renderPage } from "../../../site/render-page.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const ROOT = join(import.meta.dirname, "../../..");
const out = testFolder();
let files: readonly string[] = [];
beforeAll(() => {
  files = buildSite(ROOT, out);
});
const page = (file: string): string => readFileSync(join(out, file), "utf8");

it("has a page for each file of docs, and each is in the menu", () => {
  const sources = readSources(ROOT);
  expect(files).toEqual(sources.map(({ file }) => file));
  expect(files.length).toBeGreaterThan(20);
  const menu = page("index.html");
  expect(files.filter((file) => !menu.includes(`<a href="${file}"`))).toEqual([]);
  const named = readNavigation(readFileSync(join(ROOT, "README.md"), "utf8")).flatMap(({ pages }) => pages);
  expect(named.map(({ name }) => `${name}.html`).toSorted()).toEqual(
    files.filter((file) => !["index.html", "changelog.html"].includes(file)).toSorted(),
  );
});

it("has the files that its pages link to, and loads nothing from elsewhere", () => {
  for (const file of files) {
    const links = [...page(file).matchAll(/ (?:href|src)="(files\/[^"#]+)"/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(join(out, link)))).toEqual([]);
    expect(page(file)).not.toMatch(/<script|<link[^>]+http|<img[^>]+http/);
  }
  expect(existsSync(join(out, "files/scenarios/quickstart.yaml"))).toBe(true);
});

it("shows blocks as they are, says which are output, and escapes what is in them", () => {
  const text =
    '# A <b>\n\n```sh not-run=sudo\necho "<x>"\n```\n\n```text\nsaid & done\n```\n\n| a |\n|---|\n| `a.b` |\n';
  const { html, title } = renderPage({ path: "docs/a.md", file: "a.html", text }, [], () => ({ href: "#" }));
  expect(title).toBe("A ");
  expect(html).toContain("<code>echo &quot;&lt;x&gt;&quot;\n</code>");
  expect(html).toContain('<span class="what">output</span><pre tabindex="0"><code>said &amp; done\n</code>');
  expect(html).toContain("<code>a.<wbr>b</code>");
  expect(html).not.toContain("not-run");
});

it("is refused where a link or an anchor leads nowhere", () => {
  const source = { path: "docs/a.md", file: "a.html", text: "# A\n\n[b](nowhere.md)" };
  expect(() => renderPage(source, [], (link) => siteLink(ROOT, [source], source.path, link))).toThrow(
    "docs/a.md: the link nowhere.md leads nowhere",
  );
  const html = '<h1 id="a"></h1><a href="#a"></a><a href="#b"></a><a href="c.html"></a><a href="https://x/#y"></a>';
  expect(brokenAnchors([{ file: "a.html", html }])).toEqual(["a.html: #b", "a.html: c.html"]);
});
