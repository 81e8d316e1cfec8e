import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const PDFTOTEXT = process.env["PDFTOTEXT"] ?? "/usr/bin/pdftotext";

/** Poppler's, which .ci/run installs beside the browser. */
export const readsPdf = existsSync(PDFTOTEXT);
if (!readsPdf) {
  process.stderr.write(
    `\nSKIPPED: no pdftotext at ${PDFTOTEXT}: apt-get install poppler-utils, or name one in PDFTOTEXT.\n`,
  );
}

/** The lines of each page that are not empty, with single spaces. */
export function linesByPage(pdf: Buffer): readonly (readonly string[])[] {
  const text = execFileSync(PDFTOTEXT, ["-layout", "-", "-"], { input: pdf, encoding: "utf8", timeout: 60_000 });
  return text
    .split("\f")
    .slice(0, -1)
    .map((page) =>
      page
        .split("\n")
        .map(plain)
        .filter((line) => line !== ""),
    );
}

export const plain = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
