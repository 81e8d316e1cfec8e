import { readFile } from "node:fs/promises";
import { reasonOf, RollcallError } from "../../model/error.ts";
import type { DeviceStore } from "../../simulator/core/device-store.ts";
import { keepState, type SimulatorState } from "../../simulator/core/state.ts";
import { writeWholeFile } from "../../record/whole-file.ts";

/** Undefined: there is no such file yet. Throws RollcallError "simulator-state". */
export async function readSimulatorState(file: string): Promise<SimulatorState | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as SimulatorState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unusable(file, error);
  }
}

/** Readable by its owner alone: it holds credentials. Throws RollcallError "simulator-state". */
export async function writeSimulatorState(file: string, store: DeviceStore): Promise<void> {
  await writeWholeFile(file, `${JSON.stringify(keepState(store))}\n`).catch((error: unknown) => {
    throw unusable(file, error);
  });
}

function unusable(file: string, error: unknown): RollcallError {
  return new RollcallError(
    "simulator-state",
    `The simulator's state cannot be kept in ${file}: ${reasonOf(error)}.`,
    "Name another file with --state.",
  );
}
