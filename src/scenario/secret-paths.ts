/** Fields whose value is a secret: never shown, turned into a `Secret`. */
const SECRET_PATHS = new Set(["provisioning.secret", "admin.password", "admin.apiKey"]);

function isSecretPath(path: readonly (string | number)[]): boolean {
  return SECRET_PATHS.has(path.slice(0, 2).join("."));
}

/** A value as a message may show it: short, and never a secret, also not one inside. */
export function shownValue(value: unknown, path: readonly (string | number)[]): string | undefined {
  if (value === undefined) return undefined;
  if (isSecretPath(path)) return "[redacted]";
  const holdsSecret = path.length < 2 && typeof value === "object" && value !== null;
  if (holdsSecret) return Array.isArray(value) ? "a list" : "a mapping";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
