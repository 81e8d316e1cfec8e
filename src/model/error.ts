/**
 * 0 pass · 1 bug · 2 usage or scenario · 3 threshold missed · 4 roll call failed · 5 generator unhealthy · 6 undecided:
 * too little was seen to tell · 130 interrupted.
 */
export const EXIT = {
  pass: 0,
  bug: 1,
  usage: 2,
  threshold: 3,
  rollCall: 4,
  unhealthy: 5,
  undecided: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What is known to be wrong outweighs what is not known: undecided is below 3 to 5, and above a pass. */
const PRECEDENCE: readonly ExitCode[] = [
  EXIT.pass,
  EXIT.bug,
  EXIT.usage,
  EXIT.undecided,
  EXIT.threshold,
  EXIT.rollCall,
  EXIT.unhealthy,
  EXIT.interrupted,
];

/** Below 0: `left` is the one to be told. */
export function compareExitCodes(left: ExitCode, right: ExitCode): number {
  return PRECEDENCE.indexOf(right) - PRECEDENCE.indexOf(left);
}

/** The one to be told of several; of none a pass. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  return codes.toSorted(compareExitCodes)[0] ?? EXIT.pass;
}

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

/** The code of Node's or the system's errors, as "ENOENT"; undefined: it has none. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
