/**
 * ok: nothing there spoils the run. warning: the run works, its figures may not mean what they seem to. problem: the run
 * cannot give what it is for. not-checked: nothing is known, and `found` says why.
 */
export type FindingState = "ok" | "warning" | "problem" | "not-checked";

/** What one check came to: never a guess, always what something that ran has shown. */
export interface Finding {
  readonly state: FindingState;
  readonly found: string;
  /** What to do about it; undefined where there is nothing to do. */
  readonly fix: string | undefined;
}

export const ok = (found: string): Finding => ({ state: "ok", found, fix: undefined });
export const warning = (found: string, fix: string): Finding => ({ state: "warning", found, fix });
export const problem = (found: string, fix: string): Finding => ({ state: "problem", found, fix });
export const notChecked = (why: string): Finding => ({ state: "not-checked", found: why, fix: undefined });
