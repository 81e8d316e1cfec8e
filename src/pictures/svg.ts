/** What the library writes for a browser's mouse: classes with hover rules, and marks of which datum an element is of. */
const FOR_THE_MOUSE = / (?:class="zr\d+-cls-\d+"|ecmeta_[a-z_]+="[^"]*"|pointer-events="[a-z]+")/g;
const STYLE = /<style ?>[\s\S]*?<\/style>/g;
/** Paths that differ in their shape alone. */
const PATH = /<path d="([^"]*)"([^>]*)><\/path>\n?/g;

/**
 * The library's SVG without what only a script would use, and with neighbours of the same look as one path: a heat map has
 * thousands of cells in a few shades. Its ids count up in a process and would make two drawings of one picture differ; `id` is
 * what is put in front of them, so that those of one page are all different.
 */
export function compactSvg(svg: string, id: string): string {
  const plain = svg
    .replaceAll(STYLE, "")
    .replaceAll(FOR_THE_MOUSE, "")
    .replace(/ xmlns:xlink="[^"]*"| xmlns="[^"]*"/g, "")
    .replaceAll(/(id="|url\(#)zr\d+-/g, `$1${id}-`)
    .replace(/ version="1.1" baseProfile="full"/, "")
    .replaceAll(/ style="font-size:12px;font-family:inherit;"/g, "");
  let joined = "";
  let shape = "";
  let look = "";
  let end = 0;
  const flush = (): void => {
    if (shape !== "") joined += `<path d="${shape}"${look}></path>\n`;
    shape = "";
  };
  for (const match of plain.matchAll(PATH)) {
    const [whole, d = "", attributes = ""] = match;
    const between = plain.slice(end, match.index);
    if (between !== "" || attributes !== look || !isMergeable(attributes)) {
      flush();
      joined += between;
    }
    shape += d;
    look = attributes;
    end = match.index + whole.length;
  }
  flush();
  return joined + plain.slice(end);
}

/** Overlapping strokes or fills would look otherwise as one; cells and grid lines do not overlap. */
function isMergeable(attributes: string): boolean {
  if (attributes.includes("transform") || attributes.includes("dash")) return false;
  return attributes.includes('fill="none"') || !attributes.includes("stroke");
}
