import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { EXIT, RollcallError } from "../model/error.ts";
import type { ServerRecord } from "../model/server-record.ts";
import { writeJson } from "./run-folder.ts";

const NAME = "server.json";

/** Undefined: nobody was asked about the server of this run. Throws RollcallError "server-file". */
export async function readServerRecord(folder: string): Promise<ServerRecord | undefined> {
  const path = join(folder, NAME);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && "version" in value && value.version === 1) {
      return value as ServerRecord;
    }
  } catch {
    // As below.
  }
  throw new RollcallError(
    "server-file",
    `${path} is not what a run or reconcile writes there.`,
    "Delete it, and make it again with: rollcall reconcile <that run>.",
    EXIT.usage,
  );
}

export async function writeServerRecord(folder: string, record: ServerRecord): Promise<void> {
  await writeJson(folder, NAME, record);
}
