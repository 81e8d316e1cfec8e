/** A label's value is a name in a database: nobody may make it long, or unreadable. */
const LONGEST = 100;

/** A text from a scenario as a label's value: without control characters, and no longer than a name. */
export function labelOf(text: string): string {
  const clean = text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\u{FFFD}");
  return clean.length <= LONGEST ? clean : `${clean.slice(0, LONGEST - 1).toWellFormed()}…`;
}

/** One for each, and no two alike: two series of one name would make a whole scrape invalid. */
export function labelsOf(texts: readonly string[]): readonly string[] {
  const used = new Set<string>();
  return texts.map((text, index) => {
    const label = labelOf(text);
    const own = used.has(label) ? `${label} #${index + 1}` : label;
    used.add(own);
    return own;
  });
}
