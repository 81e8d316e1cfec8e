import type { Summary } from "../../model/summary.ts";
import type { Sheet } from "../../writing/sheet.ts";
import { printable, wrapText } from "../../writing/text-width.ts";
import { furtherReasons, verdictTone } from "../wording.ts";

/** What was found, and why it did not pass. */
export function verdictSection({ verdict }: Summary, sheet: Sheet): readonly string[] {
  return [
    ...wrapText(printable(verdict.headline), sheet.width).map((line) => sheet.paint(verdictTone(verdict), line)),
    ...furtherReasons(verdict).flatMap((reason) => sheet.prose(printable(reason), "plain", "- ")),
  ];
}
