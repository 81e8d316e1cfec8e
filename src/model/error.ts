/** 0 pass · 1 bug · 2 usage or scenario · 3 threshold missed · 4 roll call failed · 5 generator unhealthy · 130 interrupted. */
export const EXIT = {
  pass: 0,
  bug: 1,
  usage: 2,
  threshold: 3,
  rollCall: 4,
  unhealthy: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * A mistake that its user can put right: shown as `message` and `hint`, never with a stack trace.
 * `code` is stable, in kebab-case, for scripts and tests; `hint` says what to do.
 */
export class RollcallError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly exitCode: ExitCode;

  constructor(code: string, message: string, hint: string, exitCode: ExitCode = EXIT.usage, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "RollcallError";
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** What went wrong, in the words of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
