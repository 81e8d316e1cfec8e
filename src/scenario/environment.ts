import type { Problem } from "./problem.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{(?<name>[A-Za-z_]\w*)(?::-(?<otherwise>[^}]*))?\}/g;

/** `value` with every `${NAME}` and `${NAME:-default}` replaced; what is not set is added to `problems`. */
export function expandEnvironment(
  value: unknown,
  env: Environment,
  problems: Problem[],
  path: Problem["path"] = [],
): unknown {
  if (typeof value === "string") {
    return value.replaceAll(REFERENCE, (reference: string, name: string, otherwise: string | undefined) => {
      const set = env[name];
      if (set !== undefined && set !== "") return set;
      if (otherwise !== undefined) return otherwise;
      problems.push({ path, value: reference, fix: `the environment variable ${name} is not set: export ${name}=...` });
      return "unset";
    });
  }
  if (Array.isArray(value)) return value.map((part, index) => expandEnvironment(part, env, problems, [...path, index]));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, expandEnvironment(part, env, problems, [...path, key])]),
  );
}

/** Where a secret as written in the scenario comes from, in words; never the secret itself. */
export function secretSource(written: unknown): { readonly source: string; readonly literal: boolean } {
  if (typeof written === "object" && written !== null && "file" in written) {
    return { source: `file ${String(written.file)}`, literal: false };
  }
  const name = typeof written === "string" ? /^\$\{([A-Za-z_]\w*)\}$/.exec(written)?.[1] : undefined;
  return name === undefined ? { source: "scenario", literal: true } : { source: `environment ${name}`, literal: false };
}
