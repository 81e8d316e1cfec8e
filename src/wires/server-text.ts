import { createHash } from "node:crypto";

/** ThingsBoard's own messages have up to some 200 characters. */
const KEPT_CHARACTERS = 500;
const DIGEST_CHARACTERS = 12;

/**
 * What a server says, as far as it is kept: its beginning, and of a longer one its length and a digest, by which two of
 * them can still be told apart. Every text goes through here before it is recorded: nobody but the server decides its length.
 */
export function boundedText(text: string): string {
  if (text.length <= KEPT_CHARACTERS) return text.toWellFormed();
  const beginning = text.slice(0, KEPT_CHARACTERS).toWellFormed();
  const digest = createHash("sha256").update(text).digest("hex").slice(0, DIGEST_CHARACTERS);
  return `${beginning}… (${text.length} characters, SHA-256 ${digest})`;
}
