/** Why a command of a page is not run by its test. */
export const REASONS = ["docker", "kubectl", "sudo", "hours", "installs", "bus"] as const;
export type Reason = (typeof REASONS)[number];

/** What the word behind a fence's language says of it, e.g. "```sh exit=3". */
interface Fence {
  readonly line: number;
  readonly language: string;
  readonly marks: ReadonlyMap<string, string>;
  readonly text: string;
}

export type Step =
  | {
      readonly kind: "command";
      readonly line: number;
      readonly text: string;
      /** What the page shows of its output; undefined: nothing. */
      readonly shown: string | undefined;
      readonly exitCode: number;
      readonly weekly: boolean;
      /** Goes on while the page does. */
      readonly background: boolean;
    }
  | { readonly kind: "file"; readonly line: number; readonly path: string; readonly text: string }
  | { readonly kind: "not-run"; readonly line: number; readonly reason: Reason };

const MARKS = ["exit", "weekly", "background", "not-run", "file", "recorded"];

/** The fenced blocks of a page, in order: commands with the output that follows them, files, and what is not run, with its reason. */
export function readPage(markdown: string): readonly Step[] {
  const fences = readFences(markdown);
  const steps: Step[] = [];
  for (const [index, fence] of fences.entries()) {
    const { line, text, marks } = fence;
    const unknown = [...marks.keys()].find((mark) => !MARKS.includes(mark));
    if (unknown !== undefined) throw new Error(`line ${line}: "${unknown}" says nothing of a block`);
    const path = marks.get("file");
    if (path !== undefined) steps.push({ kind: "file", line, path, text });
    if (fence.language !== "sh") continue;
    const reason = marks.get("not-run");
    if (reason !== undefined) {
      const known = REASONS.find((each) => each.replaceAll(" ", "-") === reason);
      if (known === undefined) throw new Error(`line ${line}: "${reason}" is no reason`);
      steps.push({ kind: "not-run", line, reason: known });
      continue;
    }
    const next = fences[index + 1];
    steps.push({
      kind: "command",
      line,
      text,
      // What was recorded of another server, on a day that the page names, is not held against this one.
      shown: next?.language === "text" && !next.marks.has("recorded") ? next.text : undefined,
      exitCode: Number(marks.get("exit") ?? 0),
      weekly: marks.has("weekly"),
      background: marks.has("background"),
    });
  }
  return steps;
}

/** Fences without a language, which are neither commands nor files nor output. */
export function unnamedFences(markdown: string): readonly number[] {
  return readFences(markdown).flatMap(({ language, line }) => (language === "" ? [line] : []));
}

function readFences(markdown: string): readonly Fence[] {
  const fences: Fence[] = [];
  let open: { readonly line: number; readonly info: readonly string[]; readonly lines: string[] } | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (fence === null) open?.lines.push(line);
    else if (open === undefined) open = { line: index + 1, info: (fence[1] ?? "").split(/\s+/), lines: [] };
    else {
      const [language = "", ...words] = open.info;
      const marks = new Map(words.filter((word) => word !== "").map(split));
      fences.push({ line: open.line, language, marks, text: `${open.lines.join("\n")}\n` });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`line ${open.line}: a block that does not end`);
  return fences;
}

function split(word: string): readonly [string, string] {
  const at = word.indexOf("=");
  return at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
}
