import { RollcallError } from "../../model/error.ts";
import type { GeneratorEnd } from "../../workers/generator-handle.ts";

/** Throws what the first generator that failed has said: its RollcallError, or the stack of a bug. */
export function requireNoFailure(ends: readonly GeneratorEnd[]): void {
  for (const end of ends) {
    if (end.state !== "failed") continue;
    const { failure } = end;
    if (failure.kind === "bug") throw new Error(failure.stack);
    throw new RollcallError(failure.code, failure.message, failure.hint, failure.exitCode);
  }
}
