/** Any entry of a list. */
const EACH = Symbol("each");

/** Fields whose value is a secret: never shown, turned into a `Secret`. */
const SECRET_PATHS: readonly (readonly (string | typeof EACH)[])[] = [
  ["provisioning", "secret"],
  ["fleet", "groups", EACH, "provisioning", "secret"],
  ["fleet", "groups", EACH, "admin", "password"],
  ["fleet", "groups", EACH, "admin", "apiKey"],
  ["provisioning", "chain", "key"],
  ["admin", "password"],
  ["admin", "apiKey"],
  ["watch", "password"],
  ["watch", "bearer"],
];

const PASSWORD_IN_URL = /\/\/[^\s/]*@/g;

type Path = readonly (string | number)[];
type Pattern = readonly (string | number | typeof EACH)[];

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
  return SECRET_PATHS.flatMap((path) => valuesAt(scenario, path)).filter(
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

function valuesAt(value: unknown, path: Pattern): readonly unknown[] {
  const at = path.indexOf(EACH);
  if (at < 0) return [valueAt(value, path as Path)];
  const list = valueAt(value, path.slice(0, at) as Path);
  return Array.isArray(list) ? list.flatMap((each: unknown) => valuesAt(each, path.slice(at + 1))) : [];
}

function isWithin(path: Pattern, outer: Pattern): boolean {
  return path.length >= outer.length && outer.every((part, index) => isSame(path[index], part));
}

function isSame(one: Pattern[number] | undefined, other: Pattern[number]): boolean {
  if (one === EACH || other === EACH) return typeof one === "number" || typeof other === "number" || one === other;
  return one === other;
}
