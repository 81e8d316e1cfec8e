/** Text in a terminal: how many columns it takes, and how it is made to fit. */

const ASCII = /^[\x20-\x7e]*$/;
/** And Latin letters, dashes, quotes, arrows, signs, lines, blocks and dots: what reports and views are mostly written with. Each takes one column. */
const ONE_COLUMN_EACH =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e\u2190-\u22ff\u2500-\u259f\u2800-\u28ff]*$/;
/** East Asian wide characters and emoji take two columns. */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u;
let graphemes: Intl.Segmenter | undefined;

/** The segmenter is made for the first text that is not ASCII, which many runs have none of. */
function graphemesOf(text: string): Intl.Segments {
  graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return graphemes.segment(text);
}

/**
 * What came from elsewhere (a server's message, a device's name), safe to print on one line: it cannot move the cursor,
 * change colours or turn the direction of reading.
 */
export function printable(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replaceAll(/[\t\r\n]+/g, " ").replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "\u{FFFD}");
}

/** Looks that createPaint gives, and none that hides a text or outlives its line. */
const LOOKS = new RegExp(`(${String.fromCodePoint(0x1b)}\\[(?:1|2|22|31|32|33|39)m)`, "u");

/** As `printable`, of a text of several lines that this program has laid out, and coloured if `color`. */
export function printableLines(text: string, color: boolean): string {
  const safe = (part: string): string => part.split("\n").map(printable).join("\n");
  if (!color) return safe(text);
  return text
    .split(LOOKS)
    .map((part, index) => (index % 2 === 1 ? part : safe(part)))
    .join("");
}

/** Columns that `text` takes; it must be printable and without colours. */
export function displayWidth(text: string): number {
  if (ONE_COLUMN_EACH.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemesOf(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

export function padTo(text: string, width: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + space : space + text;
}

/** Cut to `width` columns, with an ellipsis in place of what is missing. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return `${take(text, width - 1)}…`;
}

/** Where a line may be broken: at spaces, but not between a figure and its unit. */
const BREAKS = / +(?!(?:%|us|ms|s|min|h)(?![\p{L}\p{N}]))/u;

/** Broken at spaces; a word longer than a line is broken where the line ends. At least one line. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  let columns = 0;
  for (const word of text.split(BREAKS)) {
    // Word by word: what is on the line already is not measured again.
    const joined = (line === "" ? 0 : columns + 1) + displayWidth(word);
    if (joined <= width) {
      line = line === "" ? word : `${line} ${word}`;
      columns = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    const pieces = piecesOf(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? "";
    columns = displayWidth(line);
  }
  lines.push(line);
  return lines.map((each) => each.trimEnd());
}

/** A word cut every `width` columns, seen once from its beginning to its end: a server may send a long one. */
function piecesOf(word: string, width: number): readonly string[] {
  if (ONE_COLUMN_EACH.test(word)) {
    const length = Math.max(1, width);
    const count = Math.max(1, Math.ceil(word.length / length));
    return Array.from({ length: count }, (_, index) => word.slice(index * length, (index + 1) * length));
  }
  const pieces: string[] = [];
  let piece = "";
  let columns = 0;
  for (const { segment } of graphemesOf(word)) {
    const taken = WIDE.test(segment) ? 2 : 1;
    if (columns + taken > width && piece !== "") {
      pieces.push(piece);
      piece = "";
      columns = 0;
    }
    piece += segment;
    columns += taken;
  }
  return [...pieces, piece];
}

/** The beginning of `text` that fits; at least one character, so that breaking comes to an end. */
function take(text: string, width: number): string {
  let taken = "";
  let columns = 0;
  for (const { segment } of graphemesOf(text)) {
    columns += displayWidth(segment);
    if (columns > width && taken !== "") break;
    taken += segment;
  }
  return taken;
}
