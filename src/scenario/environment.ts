import type { Problem } from "./problem.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** `$${` is a `${` that stays; the last alternative is what looks like a reference and is none. */
const REFERENCE = /\$\$\{|\$\{(?<name>[A-Za-z_]\w*)(?::-(?<otherwise>[^}]*))?\}|\$\{/g;

/**
 * `value` with every `${NAME}` and `${NAME:-default}` replaced; as in a shell, an empty variable counts as not set.
 * What cannot be replaced is added to `problems` and left as it is.
 */
export function expandEnvironment(
  value: unknown,
  env: Environment,
  problems: Problem[],
  path: Problem["path"] = [],
): unknown {
  if (isCommand(path)) return value;
  if (typeof value === "string") return expandText(value, env, (fix) => problems.push({ path, value: undefined, fix }));
  if (Array.isArray(value)) return value.map((part, index) => expandEnvironment(part, env, problems, [...path, index]));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, expandEnvironment(part, env, problems, [...path, key])]),
  );
}

/** A shell fills in its variables itself: so no secret comes into a plan by way of a command. */
function isCommand([field, , inner]: Problem["path"]): boolean {
  return field === "events" && inner === "run";
}

function expandText(text: string, env: Environment, problem: (fix: string) => void): string {
  return text.replaceAll(REFERENCE, (reference: string, name: string | undefined, otherwise: string | undefined) => {
    if (reference === "$${") return "${";
    if (name === undefined) {
      problem("a ${ here is neither ${NAME} nor ${NAME:-default}; write $${ for the two characters themselves");
      return reference;
    }
    const set = variable(env, name);
    if (set !== undefined) return set;
    if (otherwise !== undefined) return otherwise;
    problem(`the environment variable ${name} is not set: export ${name}=...`);
    return reference;
  });
}

/**
 * Where a secret as written in the scenario comes from, in words; never the secret itself. Undefined: it stands in the
 * scenario as it is.
 */
export function secretSource(written: unknown, env: Environment): string | undefined {
  if (typeof written === "object" && written !== null && "file" in written) return `file ${String(written.file)}`;
  if (typeof written !== "string") return undefined;
  const names = [...written.matchAll(REFERENCE)].flatMap(({ groups }) => groups?.["name"] ?? []);
  const set = names.filter((name) => variable(env, name) !== undefined);
  return set.length === 0 ? undefined : `environment ${set.join(", ")}`;
}

/** The same read again, of one variable or one file; undefined: it says of neither. */
export function readSource(
  source: string,
): { readonly from: "environment" | "file"; readonly where: string } | undefined {
  const [, from, where = ""] = /^(environment|file) (.+)$/.exec(source) ?? [];
  return from === "environment" || from === "file" ? { from, where } : undefined;
}

function variable(env: Environment, name: string): string | undefined {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  return value === "" ? undefined : value;
}
