import { join } from "node:path";
import { writeWholeFile } from "./whole-file.ts";
import { jsonText } from "../writing/json-text.ts";

/** As writeResult, with the value as JSON that people can read. */
export function writeJson(folder: string, name: string, value: unknown): Promise<void> {
  return writeResult(folder, name, `${jsonText(value, 2)}\n`);
}

/** Writes a result file of a run whole or not at all. */
export function writeResult(folder: string, name: string, text: string): Promise<void> {
  return writeWholeFile(join(folder, name), text);
}
