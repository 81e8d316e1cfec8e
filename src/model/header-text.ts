/** What a text has in it that no header of HTTP may have, in words (RFC 9110, 5.5); undefined: nothing. */
export function unfitForHeader(text: string): string | undefined {
  if (/[\r\n]/.test(text)) return "a line break";
  if (/[^\t\x20-\x7e\x80-\xff]/.test(text)) return "a character that cannot be sent";
  return undefined;
}
