/** A Prometheus instant selector with equalities only: `jvm_memory_used_bytes{area="heap"}`. Its series are added up. */
export interface MetricSelector {
  readonly text: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

const LONGEST = 200;
const SELECTOR = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?$/;
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|$)/y;

/** Undefined: it is none. */
export function parseMetricSelector(written: string): MetricSelector | undefined {
  const text = written.trim();
  const [, name, inside = ""] = SELECTOR.exec(text) ?? [];
  if (name === undefined || text.length > LONGEST) return undefined;
  const labels = new Map<string, string>();
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < inside.length) {
    const [, label, value] = LABEL.exec(inside) ?? [];
    if (label === undefined || value === undefined) return undefined;
    labels.set(label, unescapeLabel(value));
  }
  return { text, name, labels };
}

/** As the text exposition format writes a label's value: \\, \" and \n. */
export function unescapeLabel(value: string): string {
  return value.replaceAll(/\\(.)/g, (_, letter: string) => (letter === "n" ? "\n" : letter));
}
