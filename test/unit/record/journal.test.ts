import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readJournal } from "../../../src/record/journal.ts";
import type { JournalLine } from "../../../src/record/journal-line.ts";
import { collect, header } from "./samples.ts";
import { testFolder } from "../../support/temporary-folder.ts";

async function read(text: string | Buffer): Promise<JournalLine[]> {
  const path = join(testFolder(), "journal-0.ndjson");
  writeFileSync(path, text);
  return collect(readJournal(path));
}

const head = `${JSON.stringify(header(0, 1))}\n`;
const footer = '{"kind":"footer","state":"complete","at":1,"entries":0}';

describe("journal reader", () => {
  it("reports a last line without its newline as torn, even if it looks whole", async () => {
    expect(await read(`${head}${footer}`)).toMatchObject([{ kind: "header" }, { kind: "torn", line: 2, text: footer }]);
  });

  it("reports a damaged line in the middle and reads on", async () => {
    const lines = await read(`${head}{"kind":"outc\n{"kind":"unheard-of"}\n[1]\n${footer}\n`);
    expect(lines.map((line) => line.kind)).toEqual(["header", "torn", "torn", "torn", "footer"]);
    expect(lines[2]).toMatchObject({ line: 3 });
  });

  it("reads lines across the pieces in which it reads the file, in characters of several bytes too", async () => {
    const name = "🐎".repeat(1_000);
    const line = JSON.stringify({ kind: "outcome", outcome: { name } });
    const lines = await read(`${head}${`${line}\n`.repeat(200)}${footer}\n`);
    expect(lines).toHaveLength(202);
    expect(lines.every((each) => each.kind !== "outcome" || each.outcome.name === name)).toBe(true);
  });

  it("finds nothing in an empty file and refuses another version", async () => {
    expect(await read("")).toEqual([]);
    await expect(read('{"kind":"header","version":2}\n')).rejects.toThrow("version 2");
  });
});
