import type { Issued } from "../model/entry.ts";
import { identityHash } from "./credential-identity.ts";
import { createLineFile, type WriteBytes } from "./line-file.ts";
import { damagedFile } from "./open-file.ts";
import { createQuickIdentity, createQuickIssued } from "./quick-roster-line.ts";
import { linesOf, readLines } from "./read-lines.ts";
import { parseRosterLine, rosterLine } from "./roster-line.ts";
import { OWN_FILE } from "./whole-file.ts";

export interface Roster {
  add(issued: Issued): void;
  flush(): void;
  close(): void;
  readonly failed: Promise<Error>;
}

/** Creates the file, 0600 from the first moment. Throws RollcallError "results-file". */
export function createRoster(path: string, write?: WriteBytes): Roster {
  const file = createLineFile({ path, mode: OWN_FILE, write });
  return {
    failed: file.failed,
    flush: () => file.flush(),
    add: (issued) => file.add(rosterLine(issued)),
    close: () => file.close(),
  };
}

/**
 * Issued credentials in the order of issue. A torn last line, of a crashed generator, is left out. Throws RollcallError
 * "damaged-file", which names the line and never what is in it.
 */
export async function* readRoster(path: string): AsyncGenerator<Issued> {
  const quick = createQuickIssued();
  let number = 0;
  for await (const read of readLines(path)) {
    const lines = linesOf(read, (text, place) => parse(text, path, number + place + 1), quick);
    number += lines.length;
    yield* lines;
  }
}

/** Of all credentials of these rosters, in batches: see `identityHash`. Throws as `readRoster`. */
export async function* readIdentityHashes(files: RosterFiles): AsyncGenerator<readonly number[]> {
  const quick = createQuickIdentity();
  for (const { path } of files) {
    let number = 0;
    for await (const read of readLines(path)) {
      const long = (text: string, place: number): number =>
        identityHash(parse(text, path, number + place + 1).credentials);
      const hashes = linesOf(read, long, quick);
      number += hashes.length;
      yield hashes;
    }
  }
}

const ROSTER = {
  what: "a roster",
  hint: "Take the file from a copy of the run's folder; without that line its device can no longer be called.",
} as const;

function parse(written: string, path: string, line: number): Issued {
  const issued = parseRosterLine(written);
  if (issued === undefined) throw damagedFile(path, ROSTER, `line ${line} is damaged`);
  return issued;
}

type RosterFiles = readonly { readonly path: string }[];

/** Reads the rosters of all generators, one after the other. */
export async function* readRosters(files: RosterFiles): AsyncGenerator<Issued> {
  for (const { path } of files) yield* readRoster(path);
}
