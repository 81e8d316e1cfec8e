import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Calibration, differencesOf, type MeasuredOn } from "../../model/calibration.ts";
import { reasonOf, RollcallError } from "../../model/error.ts";
import { readCalibrationFile, writeCalibrationFile } from "../../record/calibration-file.ts";
import { makeFolder } from "../../record/make-folder.ts";
import { requireWritable } from "../../record/results-folder.ts";
import type { World } from "../world.ts";
import { stateFolder } from "../machine/user-folders.ts";

/** Calibrations of this user, by plan, machine and runtime. */
export interface CalibrationStore {
  /** That of this machine and runtime; else the newest of another one, which the report then says; undefined: none. */
  find(planHash: string, own: MeasuredOn): Promise<Calibration | undefined>;
  /** Before anything is measured that could not be kept. Throws RollcallError "calibration-not-kept". */
  prepare(): Promise<void>;
  /** Gives its path. Throws as `prepare`. */
  keep(calibration: Calibration): Promise<string>;
}

export function createCalibrationStore(folder: string): CalibrationStore {
  const folderOf = (planHash: string): string => join(folder, planHash.slice(0, 16));
  return {
    async find(planHash, own) {
      const names = await readdir(folderOf(planHash)).catch(() => []);
      const kept = await Promise.all(
        // One that cannot be read is none: the next calibration takes its place.
        names.map((name) => readCalibrationFile(join(folderOf(planHash), name)).catch(() => undefined)),
      );
      const known = kept
        .filter((each) => each?.planHash === planHash)
        .filter((each) => each !== undefined)
        .toSorted((a, b) => (a.at < b.at ? 1 : -1));
      return known.find(({ measuredOn }) => differencesOf(measuredOn, own).length === 0) ?? known[0];
    },
    async prepare() {
      await requireWritable(folder).catch(({ cause }: Error) => notKept(folder, cause));
    },
    async keep(calibration) {
      const where = folderOf(calibration.planHash);
      const key = createHash("sha256").update(JSON.stringify(calibration.measuredOn)).digest("hex").slice(0, 16);
      try {
        await makeFolder(where);
        await writeCalibrationFile(where, `${key}.json`, calibration);
        return join(where, `${key}.json`);
      } catch (error) {
        return notKept(where, error);
      }
    },
  };
}

function notKept(where: string, error: unknown): never {
  throw new RollcallError(
    "calibration-not-kept",
    `The calibration cannot be kept in ${where}: ${reasonOf(error)}.`,
    "Give write access, or another folder with XDG_STATE_HOME.",
  );
}

/** The folder of this user. */
export function calibrationFolder(world: Pick<World, "variables" | "home">): string {
  return stateFolder(world, "calibration");
}
