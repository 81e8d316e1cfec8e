/** Fields whose value is a secret: never shown, turned into a `Secret`. */
const SECRET_PATHS: readonly (readonly string[])[] = [
  ["provisioning", "secret"],
  ["provisioning", "chain", "key"],
  ["admin", "password"],
  ["admin", "apiKey"],
  ["watch", "password"],
  ["watch", "bearer"],
];

const PASSWORD_IN_URL = /\/\/[^\s/]*@/g;

type Path = readonly (string | number)[];

/** A value as a message may show it: short, printable, and never a secret, also not one inside. */
export function shownValue(value: unknown, path: Path): string | undefined {
  if (value === undefined) return undefined;
  if (SECRET_PATHS.some((secret) => isWithin(path, secret))) return "[redacted]";
  if (value === null) return "empty";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  // One level too high, as in `provisioning: hunter2`, a secret may stand where its mapping should.
  if (SECRET_PATHS.some((secret) => isWithin(secret, path)))
    return `a ${typeof value === "string" ? "text" : typeof value}`;
  // Nor one in a URL, which is refused there.
  const text = JSON.stringify(typeof value === "string" ? value.replaceAll(PASSWORD_IN_URL, "//[redacted]@") : value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The secrets that stand in a scenario as text; too short ones are no secrets but parts of other words. */
export function secretTexts(scenario: unknown): readonly string[] {
  return SECRET_PATHS.map((path) => valueAt(scenario, path)).filter(
    (value) => typeof value === "string" && value.length >= 8,
  ) as readonly string[];
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (node, part) =>
      typeof node === "object" && node !== null && Object.hasOwn(node, part)
        ? (node as Record<string, unknown>)[part]
        : undefined,
    value,
  );
}

function isWithin(path: Path, outer: Path): boolean {
  return path.length >= outer.length && outer.every((part, index) => path[index] === part);
}
