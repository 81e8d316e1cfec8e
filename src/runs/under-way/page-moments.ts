import { reasonOf } from "../../model/error.ts";
import type { MarkRecord, MarkSummary } from "../../model/mark.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { TempoChange } from "../../model/tempo.ts";
import { formatDuration } from "../../writing/notation.ts";
import { us, usFromMs } from "../../model/units.ts";
import { readMarks } from "../../record/marks-file.ts";

/** What is marked in a run, and done to its load by hand, while it goes on. */
export interface PageMoments {
  /** From what a generator tells follows when the run began. */
  hear(snapshot: Pick<Snapshot, "at">): void;
  changeTempo(change: TempoChange): void;
  /** Looks whether somebody has marked something; nothing waits for it. */
  look(): Promise<void>;
  read(): { readonly marks: readonly Pick<MarkSummary, "at" | "text">[]; readonly tempo: readonly TempoChange[] };
}

export interface PageMomentsDeps {
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  readonly note: (text: string) => void;
}

export function createPageMoments({ folder, wall, note }: PageMomentsDeps): PageMoments {
  const tempo: TempoChange[] = [];
  let marks: readonly MarkRecord[] = [];
  let began = Infinity;
  let looking = false;
  let damaged = false;

  const timeOf = ({ at }: MarkRecord) => us(Math.max(0, usFromMs(Date.parse(at) - began)));

  return {
    hear({ at }) {
      // What came with the least delay is nearest to the truth.
      began = Math.min(began, wall() - at / 1_000);
    },
    changeTempo: (change) => void tempo.push(change),
    async look() {
      if (looking || damaged || began === Infinity) return;
      looking = true;
      try {
        const known = marks.length;
        marks = await readMarks(folder);
        for (const mark of marks.slice(known)) note(`Marked at ${formatDuration(timeOf(mark))}: ${mark.text}`);
      } catch (error) {
        damaged = true;
        note(reasonOf(error));
      } finally {
        looking = false;
      }
    },
    read: () => ({
      marks: began === Infinity ? [] : marks.map((mark) => ({ at: timeOf(mark), text: mark.text })),
      tempo,
    }),
  };
}
