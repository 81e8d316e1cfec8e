import { existsSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import type { Source } from "./read-sources.ts";

export interface Link {
  /** As the site has it. */
  readonly href: string;
  /** A file or folder of the repository that is no page, and goes along. */
  readonly along?: string;
}

/** A link of a page as it is on the site; undefined: it leads nowhere. */
export function siteLink(root: string, sources: readonly Source[], from: string, link: string): Link | undefined {
  if (/^(?:https?|mailto):/.test(link)) return { href: link };
  const [path = "", anchor] = link.split("#");
  const hash = anchor === undefined ? "" : `#${anchor}`;
  if (path === "") return { href: hash };
  const target = posix.normalize(posix.join(dirname(from), path));
  const page = sources.find((source) => source.path === target);
  if (page !== undefined) return { href: `${page.file}${hash}` };
  if (!existsSync(join(root, target))) return undefined;
  return { href: `files/${target}${target.endsWith("/") ? "index.html" : ""}`, along: target };
}
