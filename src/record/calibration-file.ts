import { join } from "node:path";
import { z } from "zod";
import type { Calibration } from "../model/calibration.ts";
import { METRICS } from "../model/figures.ts";
import { type FileKind, readKept } from "./kept-file.ts";
import { timeSchema } from "./schema-parts.ts";
import { writeJson } from "./write-result.ts";

export const CALIBRATION_NAME = "calibration.json";

/** Ascending by q. */
export const floorSchema = z.partialRecord(
  z.enum(METRICS),
  z.array(z.strictObject({ q: z.number(), value: timeSchema.nullable() })),
);

const CALIBRATION: FileKind<Calibration> = {
  what: "a calibration",
  version: 1,
  schema: z.strictObject({
    version: z.literal(1),
    at: z.string(),
    planHash: z.string(),
    measuredOn: z.strictObject({
      cpu: z.string(),
      cores: z.number(),
      node: z.string(),
      rollcall: z.string(),
      generators: z.number(),
      machines: z.number().optional(),
      client: z.enum(["lean", "mqtt"]).optional(),
    }),
    floor: floorSchema,
    startedRate: z.number().nullable(),
  }),
  hint: "Delete it: the report is then made without the generator's floor.",
};

/** Undefined: the run was not calibrated. Throws RollcallError "damaged-file" or "file-version". */
export function readCalibration(folder: string): Promise<Calibration | undefined> {
  return readCalibrationFile(join(folder, CALIBRATION_NAME));
}

/** As `readCalibration`, of a calibration that is kept under another name. */
export function readCalibrationFile(path: string): Promise<Calibration | undefined> {
  return readKept(path, CALIBRATION);
}

export async function writeCalibration(folder: string, calibration: Calibration): Promise<void> {
  await writeCalibrationFile(folder, CALIBRATION_NAME, calibration);
}

export async function writeCalibrationFile(folder: string, name: string, calibration: Calibration): Promise<void> {
  await writeJson(folder, name, calibration);
}
