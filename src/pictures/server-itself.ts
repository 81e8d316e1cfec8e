import type { WatchCourse, WatchedUnit } from "../model/watch.ts";
import { formatPercent, formatSize } from "../writing/notation.ts";
import { linesPicture } from "./lines.ts";
import { COLORS, type Picture, type PictureSubject } from "./picture.ts";

type CourseLine = WatchCourse["lines"][number];

/** More lines than this nobody can tell apart: twice the colours, the second time dashed. */
const MOST_LINES = COLORS.length * 2;
const MIB = 1_048_576;

/** What the server said of itself while the run lasted, by service, on the time axis of the others. */
export function serverPictures({ timeline, watched: course }: PictureSubject): readonly Picture[] {
  if (course === undefined) return [];
  const { step, windows } = course;
  const at = Array.from({ length: windows }, (_, index) => ({ from: index * step, to: (index + 1) * step }));

  const picture = (name: string, about: string, what: string, lines: readonly CourseLine[]): Picture | undefined => {
    const busiest = lines.toSorted((a, b) => mostOf(b) - mostOf(a));
    const [first] = busiest;
    if (first === undefined) return undefined;
    const shown = busiest.slice(0, MOST_LINES);
    const left = busiest.length - shown.length;
    const share = first.unit === "share";
    const text = (value: number): string => valueText(first.unit, value);
    return linesPicture({
      name,
      title: `${what}: ${text(mostOf(first))} at most (${nameOf(first, lines)})`,
      about: `${about} Means of ${step} s.${left === 0 ? "" : ` The ${shown.length} highest; ${left} more are left out.`}`,
      timeline,
      at,
      lines: shown.map((line, index) => ({
        name: nameOf(line, lines),
        color: COLORS[index % COLORS.length] ?? "quiet",
        look: index < COLORS.length ? "line" : "dashed",
        values: line.values.map((value) => (value === null ? null : value * (share ? 100 : 1 / MIB))),
        join: "max",
        text: (value) => text(share ? value / 100 : value * MIB),
      })),
      unit: share ? "%" : "MiB",
      scale: "zero",
      ...(share ? { most: 100 } : {}),
    });
  };

  const of = (test: RegExp): readonly CourseLine[] => course.lines.filter(({ metric }) => test.test(metric));
  return [
    picture(
      "server-cpu",
      "Share of its processors that is used, as each service says it: of its machine, or (process_cpu_usage) its own.",
      "The server's processors",
      of(/^(?:cpu$|process_cpu_usage|system_cpu_usage)/),
    ),
    picture(
      "server-memory",
      "Share of its machine's memory that is used, as each service says it.",
      "The server's memory",
      of(/^memory$/),
    ),
    picture(
      "server-heap",
      "Memory that the services' Java machines use (jvm_memory_used_bytes).",
      "The services' Java memory",
      of(/^jvm_memory_used_bytes/),
    ),
  ].filter((each) => each !== undefined);
}

function mostOf({ values }: CourseLine): number {
  return values.reduce<number>((most, value) => (value === null ? most : Math.max(most, value)), 0);
}

/** The metric is named where a service has several. */
function nameOf({ service, metric }: CourseLine, lines: readonly CourseLine[]): string {
  return new Set(lines.map((line) => line.metric)).size < 2 ? service : `${service} ${metric}`;
}

function valueText(unit: WatchedUnit, value: number): string {
  return unit === "share" ? formatPercent(value) : formatSize(value);
}
