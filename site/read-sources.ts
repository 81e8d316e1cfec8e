import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A page of the site. */
export interface Source {
  /** Of its file, from the repository's folder: "docs/ci.md". */
  readonly path: string;
  /** Of its file on the site: "ci.html". */
  readonly file: string;
  readonly text: string;
}

/** README, the changelog and docs/. */
export function readSources(root: string): readonly Source[] {
  const docs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  const paths = ["README.md", "CHANGELOG.md", ...docs.map((name) => `docs/${name}`)];
  return paths.map((path) => ({ path, file: fileOf(path), text: readFileSync(join(root, path), "utf8") }));
}

function fileOf(path: string): string {
  if (path === "README.md") return "index.html";
  return `${path.replace(/^.*\//, "").replace(/\.md$/, "").toLowerCase()}.html`;
}
