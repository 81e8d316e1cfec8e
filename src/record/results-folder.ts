import { rm, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { EXIT, reasonOf, RollcallError } from "../model/error.ts";
import { makeFolder } from "./make-folder.ts";
import { quantity } from "../writing/notation.ts";

/** Measured: an outcome of 310 bytes, a roll-call line of 190, a roster line of 190 with MQTT_BASIC; health is small beside it. */
const BYTES_PER_DEVICE = 700;
/** Results, and room for the rest of the machine. */
const RESERVE_BYTES = 64 * 1_024 * 1_024;

/**
 * Makes sure, before the load, that a run of `devices` can be kept in `folder` (created if missing).
 * Throws RollcallError "results-folder" or "disk-full".
 */
export async function checkResultsFolder({ folder, devices }: { folder: string; devices: number }): Promise<void> {
  await requireFolder(folder);
  await requireRoom({ folder, devices });
}

/** As far as can be said before the folder is made. Throws RollcallError "disk-full". */
export async function requireRoom({ folder, devices }: { folder: string; devices: number }): Promise<void> {
  const lack = await lackOfRoom(await nearestOf(folder), devices);
  if (lack === undefined) return;
  throw new RollcallError("disk-full", `${folder} has ${lack}.`, "Free some space, or choose another results folder.");
}

/** What the disk of a folder that is there has, and what it lacks for a run of `devices`; undefined: it has room. */
export async function lackOfRoom(folder: string, devices: number): Promise<string | undefined> {
  const disk = await statfs(folder);
  const free = disk.bavail * disk.bsize;
  const needed = devices * BYTES_PER_DEVICE + RESERVE_BYTES;
  if (free >= needed) return undefined;
  return `${mebibytes(free)} MiB free; a run of ${quantity(devices, "device")} needs about ${mebibytes(needed)} MiB`;
}

/** A folder that can be written to, made if missing. Throws RollcallError "results-folder". */
export async function requireFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await tryToWrite(folder);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/**
 * As `requireFolder`, but nothing is made: where the folder is missing, the nearest one that is there is tried. For before
 * anything is begun, when a mistake elsewhere may still come first. Throws RollcallError "results-folder".
 */
export async function requireWritable(folder: string): Promise<void> {
  await tryNearest(folder).catch((error: unknown) => {
    throw notWritable(folder, error);
  });
}

/** Tries to write where `folder` is, or would be made. Rejects with the system's error. */
export async function tryNearest(folder: string): Promise<void> {
  await tryToWrite(await nearestOf(folder));
}

/** The folder, or the nearest above it that is there. */
async function nearestOf(folder: string): Promise<string> {
  let nearest = resolve(folder);
  while (!(await isThere(nearest)) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  return nearest;
}

/** Others may try the same folder at the same time. */
async function tryToWrite(folder: string): Promise<void> {
  const probe = join(folder, ".rollcall-write-test");
  await writeFile(probe, "");
  await rm(probe, { force: true });
}

function notWritable(folder: string, error: unknown): RollcallError {
  const hint = "Choose a results folder that this user may write to.";
  return new RollcallError(
    "results-folder",
    `Cannot write to ${folder}: ${bareReason(error)}.`,
    hint,
    EXIT.usage,
    error,
  );
}

/** The system's word alone: the file that was tried is not what was typed. */
export function bareReason(error: unknown): string {
  return reasonOf(error).replace(/^[A-Z]+: (.*?)(?:, \w+ '.*)?$/s, "$1");
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 1_024 / 1_024);
}
