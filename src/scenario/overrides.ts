import { parse } from "yaml";
import { RollcallError } from "../model/error.ts";

type Tree = Record<string, unknown>;

/**
 * The scenario with each `path=value` set: a path of names and list indices joined by dots, a value in YAML.
 * Throws RollcallError "bad-override".
 */
export function applyOverrides(scenario: unknown, overrides: readonly string[]): unknown {
  const result = structuredClone(scenario ?? {});
  for (const override of overrides) {
    const at = override.indexOf("=");
    const path = override.slice(0, Math.max(at, 0)).trim().split(".");
    if (at <= 0 || path.includes("")) {
      throw bad(override, "Write it as path=value, for example --set fleet.count=50000.");
    }
    setAt(result, path, valueOf(override, override.slice(at + 1)), override);
  }
  return result;
}

function valueOf(override: string, text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw bad(override, "The value is not YAML; put it in quotes.");
  }
}

function setAt(root: unknown, path: readonly string[], value: unknown, override: string): void {
  let node = root;
  for (const [depth, key] of path.entries()) {
    if (typeof node !== "object" || node === null) {
      throw bad(override, `${path.slice(0, depth).join(".")} is a single value, it has no ${key}.`);
    }
    const last = depth === path.length - 1;
    if (Array.isArray(node)) {
      const index = Number(key);
      if (!Number.isInteger(index) || index < 0 || index >= node.length) {
        throw bad(
          override,
          `${path.slice(0, depth).join(".")} is a list of ${node.length}: name one by its index from 0.`,
        );
      }
      if (last) node[index] = value;
      node = node[index];
    } else {
      const tree = node as Tree;
      // Not through the prototype: `__proto__` is a key like any other here, and an unknown one.
      if (last || !Object.hasOwn(tree, key)) {
        Object.defineProperty(tree, key, {
          value: last ? value : {},
          configurable: true,
          enumerable: true,
          writable: true,
        });
      }
      node = tree[key];
    }
  }
}

/** Only the path is shown: the value may be a secret. */
function bad(override: string, hint: string): RollcallError {
  const path = override.includes("=") ? override.slice(0, override.indexOf("=")) : "a value without a path";
  return new RollcallError("bad-override", `--set ${path} cannot be applied.`, hint);
}
