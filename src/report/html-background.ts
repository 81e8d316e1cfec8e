import type { Summary } from "../model/summary.ts";
import { paragraph, section, tableElement } from "../writing/html-elements.ts";
import {
  backgroundAbout,
  backgroundNote,
  backgroundTable,
  backgroundTexts,
  backgroundTroubles,
} from "./sections/background.ts";

/** "" where there was none. */
export function backgroundElement({ background }: Summary): string {
  if (background === undefined) return "";
  return section(
    "Background",
    backgroundAbout(background),
    tableElement(backgroundTable({ background }), "Background"),
    ...backgroundTexts(background).map((line) => paragraph(line)),
    ...backgroundTroubles(background).map((line) => paragraph(line, "bad")),
    paragraph(backgroundNote(background), "quiet"),
  );
}
