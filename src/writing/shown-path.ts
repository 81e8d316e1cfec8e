import { relative, resolve, sep } from "node:path";

/** A path as everything that is printed shows it: from the current folder where it lies beneath that, else in whole. */
export function shownPath(path: string, here: string): string {
  const whole = resolve(here, path);
  const near = relative(here, whole);
  return near === ".." || near.startsWith(`..${sep}`) ? whole : near || ".";
}

/** `text` with each path beneath `here` that stands in it in whole as `shownPath` shows it. */
export function withShownPaths(text: string, here: string): string {
  if (here === sep || !text.includes(here)) return text;
  const escaped = here.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  // Not the end of a longer path or of a URL, and not the beginning of another folder's name.
  return text.replaceAll(new RegExp(`(?<![\\w./:@-])${escaped}${sep === "\\" ? "\\\\" : sep}(?=[^\\s])`, "g"), "");
}
