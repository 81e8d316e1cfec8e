import { EXIT, RollcallError } from "./error.ts";

/** What people say of a run: they find it by that again, and it changes nothing of what was measured. */
export interface RunLabels {
  /** By name, e.g. build: 4.3.1. */
  readonly labels: Readonly<Record<string, string>>;
  /** "": none. */
  readonly note: string;
}

export const NO_LABELS: RunLabels = { labels: {}, note: "" };

export const MOST_LABELS = 20;
export const LABEL_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
export const LONGEST_LABEL = 100;
export const LONGEST_NOTE = 1_000;
/** One line that can be printed anywhere: no control characters, none that turn the direction of reading. */
export const PRINTABLE_LINE = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]*$/u;

/** "build=4.3.1" and so on; a name that is given twice has its last value. Throws RollcallError "label". */
export function readLabels(texts: readonly string[]): RunLabels["labels"] {
  return Object.fromEntries(texts.map(readLabel));
}

function readLabel(text: string): readonly [name: string, value: string] {
  const at = text.indexOf("=");
  const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at < 0 || value === "") throw wrong(`--label ${shown(text)} is no name with a value.`);
  if (!LABEL_NAME.test(name)) {
    throw wrong(`--label ${shown(text)}: a name has up to 40 letters, digits, dots, dashes and underscores.`);
  }
  if (value.length > LONGEST_LABEL || !PRINTABLE_LINE.test(value)) {
    throw wrong(`--label ${name}: a value is one line of up to ${LONGEST_LABEL} characters that can be printed.`);
  }
  return [name, value];
}

/** Throws RollcallError "note". */
export function readNote(text: string): string {
  const note = text.trim();
  if (note.length <= LONGEST_NOTE && PRINTABLE_LINE.test(note)) return note;
  throw new RollcallError(
    "note",
    `--note has ${note.length} characters${PRINTABLE_LINE.test(note) ? "" : ", among them some that cannot be printed"}.`,
    `Write one line of up to ${LONGEST_NOTE} characters.`,
    EXIT.usage,
  );
}

/** With what is said now beside, or instead of, what was said before. Throws RollcallError "label" where that is too much. */
export function withLabels(before: RunLabels, more: Partial<RunLabels>, removed: readonly string[] = []): RunLabels {
  const kept = Object.entries(before.labels).filter(([name]) => !removed.includes(name));
  const labels = { ...Object.fromEntries(kept), ...more.labels };
  const count = Object.keys(labels).length;
  if (count > MOST_LABELS) throw wrong(`${count} labels are too many: a run has up to ${MOST_LABELS}.`);
  return { labels, note: more.note ?? before.note };
}

/** "build=4.3.1 node=3": in the order of the names. */
export function labelsText(labels: RunLabels["labels"]): string {
  return Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 60));

function wrong(message: string): RollcallError {
  return new RollcallError("label", message, "Write e.g. --label build=4.3.1.", EXIT.usage);
}
