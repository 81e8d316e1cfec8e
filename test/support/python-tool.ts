import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Where a program of a Python package is: on the path, or in the folder that ROLLCALL_PYTHON_TOOLS names. */
export function placeOf(program: string): string | undefined {
  const folder = process.env["ROLLCALL_PYTHON_TOOLS"];
  const places = [program, ...(folder === undefined ? [] : [join(folder, program)])];
  return places.find((place) => spawnSync(place, ["--help"]).error === undefined);
}
