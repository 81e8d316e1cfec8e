import { join } from "node:path";
import { buildSite } from "./build-site.ts";

const root = join(import.meta.dirname, "..");
const out = join(import.meta.dirname, "dist");
const files = buildSite(root, out);
console.log(`${files.length} pages in site/dist: open site/dist/index.html`);
