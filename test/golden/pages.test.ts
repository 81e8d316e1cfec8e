import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PAGES } from "../support/pages.ts";

const FOLDER = join(import.meta.dirname, "pages");

/** As the golden reports: `-u` writes them anew, and the difference is to be looked at. */
describe.each(Object.entries(PAGES))("the page of %s", (name, render) => {
  it("is as it was, needs nothing and nobody, and shows texts from elsewhere as text", async () => {
    const page = await render();
    await expect(page).toMatchFileSnapshot(join(FOLDER, `${name}.html`));
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|\shref=|@import|url\((?!#)|https?:/i);
    expect(page).toContain('<div class="verdict ');
  });
});
