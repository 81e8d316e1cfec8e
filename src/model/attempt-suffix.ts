/** Behind the name of an attempt after the first, where each asks for a name of its own. */
export function attemptSuffix(attempt: number): string {
  return `-try${attempt}`;
}
