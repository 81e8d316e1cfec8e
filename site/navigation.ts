/** A part of the site's menu: what a reader wants to do, and the pages for it. */
export interface Part {
  readonly title: string;
  readonly pages: readonly { readonly name: string; readonly title: string }[];
}

/** The menu is README's table of pages: one list of them, which a test holds to be whole. `readme`: its text. */
export function readNavigation(readme: string): readonly Part[] {
  const [, table = ""] = /^## Documentation\n([\s\S]*?)(?:\n\n(?!\|)|$(?![\s\S]))/m.exec(readme) ?? [];
  return table.split("\n").flatMap((line) => {
    const [, title = "", cell = ""] = /^\| ([^|]+) \| (.*) \|$/.exec(line) ?? [];
    const pages = [...cell.matchAll(/\[([^\]]+)\]\(docs\/([\w-]+)\.md\)/g)].map(([, text = "", name = ""]) => ({
      name,
      title: text,
    }));
    return pages.length === 0 ? [] : [{ title: title.charAt(0).toUpperCase() + title.slice(1), pages }];
  });
}
