import { readLabels, readNote, type RunLabels, withLabels, NO_LABELS } from "../../model/labels.ts";

/** As the options --label and --note give them. */
export interface LabelsAsked {
  readonly label?: readonly string[] | undefined;
  readonly note?: string | undefined;
}

/** Undefined: nothing is said of the runs. Throws RollcallError "label" or "note", before anything is sent. */
export function readLabelsAsked({ label = [], note }: LabelsAsked): RunLabels | undefined {
  if (label.length === 0 && note === undefined) return undefined;
  return withLabels(NO_LABELS, { labels: readLabels(label), note: note === undefined ? "" : readNote(note) });
}
