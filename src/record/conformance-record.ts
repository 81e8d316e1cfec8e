import { join } from "node:path";
import { z } from "zod";
import type { ServerProfile } from "../model/administration.ts";
import { makeFolder } from "./make-folder.ts";
import { appendNote, type Note, readNotes } from "./note-file.ts";

/** A profile that `rollcall conformance` asked a server for, and of which nobody has seen that it is gone. */
export interface LeftProfile {
  /** Address of its REST API. */
  readonly server: string;
  /** Begins all names of one suite. */
  readonly prefix: string;
  readonly name: string;
  /** Milliseconds since 1970, by the clock of this machine. */
  readonly askedAt: number;
  /** As the server answered with it; undefined: the suite was ended before it knew. */
  readonly made: Pick<ServerProfile, "id" | "createdTime"> | undefined;
}

export type ConformanceNote =
  /** Must be on the disk before the server is asked. */
  | { readonly kind: "asked"; readonly server: string; readonly prefix: string; readonly name: string }
  | { readonly kind: "made"; readonly name: string; readonly id: string; readonly createdTime: number }
  | { readonly kind: "gone"; readonly name: string };

const NAME = "conformance.ndjson";
const MOST_BYTES = 16 * 1_024 * 1_024;
const WHAT = {
  what: "the list of what conformance made",
  hint: "Take the file from a copy of the results, or move it away: then cleanup takes nothing that conformance made.",
} as const;

const at = z.number();
const name = z.string();
const lineSchema = z.discriminatedUnion("kind", [
  // A prefix that is none of the suite's own would claim the devices of others.
  z.object({ kind: z.literal("asked"), at, server: z.string(), prefix: z.string().regex(/^rc-[0-9a-f]{8}$/), name }),
  z.object({ kind: z.literal("made"), at, name, id: z.string(), createdTime: z.number() }),
  z.object({ kind: z.literal("gone"), at, name }),
]);

/** Rejects with the system's error. */
export async function noteConformance(results: string, note: ConformanceNote, at: number): Promise<void> {
  await makeFolder(results);
  await appendNote(join(results, NAME), { ...note, at }, { sync: true });
}

/** In order. A line that is cut off, or none of ours, counts for nothing. Throws RollcallError "damaged-file". */
export async function readLeftProfiles(results: string): Promise<readonly LeftProfile[]> {
  const notes = await readNotes(join(results, NAME), WHAT, MOST_BYTES);
  const left = new Map<string, LeftProfile>();
  for (const line of notes.flatMap(parse)) {
    const known = left.get(line.name);
    if (line.kind === "gone") left.delete(line.name);
    else if (line.kind === "made") {
      const { id, createdTime } = line;
      if (known !== undefined) left.set(line.name, { ...known, made: { id, createdTime } });
    } else if (line.name.startsWith(`${line.prefix}-`)) {
      const { server, prefix } = line;
      left.set(line.name, { server, prefix, name: line.name, askedAt: line.at, made: undefined });
    }
  }
  return [...left.values()];
}

function parse({ value }: Note): readonly z.infer<typeof lineSchema>[] {
  const line = lineSchema.safeParse(value);
  return line.success ? [line.data] : [];
}
