import { readDocument } from "./document.ts";
import { type Environment, expandEnvironment } from "./environment.ts";
import { applyOverrides } from "./overrides.ts";
import { valueAt } from "./secret-paths.ts";
import { isTextField } from "./text-fields.ts";

/**
 * What a scenario has at `path` once its overrides and its environment are in, be the rest right or wrong; undefined:
 * nothing. For what must be at hand before it is loaded.
 */
export function peek(
  scenario: { readonly text: string; readonly overrides: readonly string[]; readonly env: Environment },
  path: readonly string[],
): unknown {
  const { value } = readDocument(scenario.text);
  const overridden = applyOverrides(value, scenario.overrides, isTextField);
  return expandEnvironment(valueAt(overridden.value, path), scenario.env, []);
}
