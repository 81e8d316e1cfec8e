/** What every printed form of a secret shows. */
const REDACTED = "[redacted]";

/**
 * A value that must never be printed. Every implicit way out (template, JSON, inspect, concatenation) shows `[redacted]`;
 * only `reveal()` gives the text, so a search for that word finds each place where a secret leaves.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }
}

const SEALED = "$secret";

/**
 * The JSON-safe form in which a value crosses to one of our own processes, its secrets in clear: `{"$secret": "…"}`.
 * For pipes between our processes and for 0600 files only; anything a person reads goes through plain JSON.
 */
export function sealSecrets(value: unknown): unknown {
  if (value instanceof Secret) return { [SEALED]: value.reveal() };
  if (Array.isArray(value)) return value.map(sealSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, sealSecrets(part)]));
}

/** The inverse of `sealSecrets`. */
export function unsealSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unsealSecrets);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const only = entries[0];
  if (entries.length === 1 && only !== undefined && only[0] === SEALED && typeof only[1] === "string") {
    return new Secret(only[1]);
  }
  return Object.fromEntries(entries.map(([key, part]) => [key, unsealSecrets(part)]));
}
