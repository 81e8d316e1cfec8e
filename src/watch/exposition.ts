import { type MetricSelector, unescapeLabel } from "../model/metric-selector.ts";
import type { MetricReading } from "../model/watch.ts";

/**
 * Reads Prometheus's text exposition format 0.0.4, and OpenMetrics as far as it is the same, for what is watched alone: a
 * server can make neither names nor series of ours, only a number for each selector. Lines that are not of the format
 * are passed over; how many is told, so that a page of HTML is not an answer without metrics.
 */
export interface Exposition {
  readonly values: readonly MetricReading[];
  readonly samples: number;
  readonly notSamples: number;
}

const TYPE = /^#\s+TYPE\s+([a-zA-Z_:][a-zA-Z0-9_:]*)\s+(\w+)\s*$/;
const NAME = /^([a-zA-Z_:][a-zA-Z0-9_:]*)\s*/;
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,|(?=\}))/y;
const END = /\s*\}/y;
/** A value, perhaps a time, and in OpenMetrics perhaps an exemplar. */
const VALUE = /^\s*(\S+)(?:\s+-?[\d.eE+]+)?\s*(?:#.*)?$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** A line of a hundred labels; a longer one is none that is watched. */
const LONGEST_LINE = 16_384;

export function readExposition(text: string, selectors: readonly MetricSelector[]): Exposition {
  const types = new Map<string, string>();
  const watched = new Map<string, readonly MetricSelector[]>();
  for (const each of selectors) watched.set(each.name, [...(watched.get(each.name) ?? []), each]);
  const sums = new Map<MetricSelector, number>();
  let samples = 0;
  let notSamples = 0;
  for (const line of linesOf(text)) {
    if (line === "") continue;
    if (line.startsWith("#")) {
      const [, name, type] = TYPE.exec(line) ?? [];
      if (name !== undefined && type !== undefined && isNear(name, watched)) types.set(name, type);
      continue;
    }
    const name = NAME.exec(line)?.[1];
    if (name === undefined || line.length > LONGEST_LINE) {
      notSamples += 1;
      continue;
    }
    const asked = watched.get(name);
    if (asked === undefined) {
      samples += 1;
      continue;
    }
    const sample = readSample(line, name.length);
    if (sample === undefined) {
      notSamples += 1;
      continue;
    }
    samples += 1;
    for (const selector of asked) {
      if (matches(selector, sample.labels)) sums.set(selector, (sums.get(selector) ?? 0) + sample.value);
    }
  }
  const values = [...sums]
    // Of NaN (nothing was measured) and of infinity nothing can be drawn or averaged: that is a gap.
    .filter(([, value]) => Number.isFinite(value))
    .map(([{ text: metric, name }, value]): MetricReading => {
      return isCounter(name, types) ? { metric, value, counter: true } : { metric, value };
    });
  return { values, samples, notSamples };
}

function* linesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const end = text.indexOf("\n", from);
    const to = end < 0 ? text.length : end;
    yield text.slice(from, to).trimEnd();
    from = to + 1;
  }
}

interface Sample {
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** Undefined: it is not of the format. */
function readSample(line: string, nameLength: number): Sample | undefined {
  const labels = new Map<string, string>();
  let at = nameLength;
  while (line[at] === " ") at += 1;
  if (line[at] === "{") {
    at += 1;
    for (;;) {
      END.lastIndex = at;
      if (END.test(line)) {
        at = END.lastIndex;
        break;
      }
      LABEL.lastIndex = at;
      const [, name, value] = LABEL.exec(line) ?? [];
      if (name === undefined || value === undefined) return undefined;
      labels.set(name, unescapeLabel(value));
      at = LABEL.lastIndex;
    }
  }
  const written = VALUE.exec(line.slice(at))?.[1];
  const value = written === undefined ? undefined : numberOf(written);
  return value === undefined ? undefined : { labels, value };
}

/** As Go's ParseFloat has it, but for hexadecimal; undefined: no number. */
function numberOf(text: string): number | undefined {
  if (NUMBER.test(text)) return Number(text);
  switch (text.toLowerCase()) {
    case "nan":
      return NaN;
    case "+inf":
    case "inf":
      return Infinity;
    case "-inf":
      return -Infinity;
    default:
      return undefined;
  }
}

function matches({ labels }: MetricSelector, found: ReadonlyMap<string, string>): boolean {
  for (const [name, value] of labels) if ((found.get(name) ?? "") !== value) return false;
  return true;
}

/** The type stands with the family's name, which OpenMetrics, and every summary and histogram, has without an ending. */
const ENDING = /_(?:total|sum|count|bucket)$/;

function isNear(family: string, watched: ReadonlyMap<string, unknown>): boolean {
  return watched.has(family) || ["_total", "_sum", "_count", "_bucket"].some((end) => watched.has(`${family}${end}`));
}

function isCounter(name: string, types: ReadonlyMap<string, string>): boolean {
  const own = types.get(name);
  if (own === "counter") return true;
  if (own !== undefined && own !== "untyped" && own !== "unknown") return false;
  return ENDING.test(name);
}
