import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { EXIT, RollcallError } from "../model/error.ts";
import type { Calibration } from "../model/calibration.ts";
import { writeJson } from "./run-folder.ts";

const NAME = "calibration.json";

/** Undefined: the run was not calibrated. Throws RollcallError "calibration-file". */
export async function readCalibration(folder: string): Promise<Calibration | undefined> {
  const path = join(folder, NAME);
  const text = await readFile(path, "utf8").catch(() => undefined);
  const calibration = text === undefined ? undefined : parseCalibration(text);
  if (text === undefined || calibration !== undefined) return calibration;
  throw new RollcallError(
    "calibration-file",
    `${path} is not a calibration.`,
    "Delete it: the report is then made without the generator's floor.",
    EXIT.usage,
  );
}

export async function writeCalibration(folder: string, calibration: Calibration): Promise<void> {
  await writeJson(folder, NAME, calibration);
}

/** Undefined: it is none, or of another version. */
export function parseCalibration(text: string): Calibration | undefined {
  try {
    const value = JSON.parse(text) as Partial<Calibration> | null;
    const whole = value?.version === 1 && typeof value.measuredOn === "object" && typeof value.floor === "object";
    return whole ? (value as Calibration) : undefined;
  } catch {
    return undefined;
  }
}
