import type { Dice } from "./dice.ts";

/** What a case found to be wrong, in one line; undefined: it kept every rule. */
export type Wrong = string | undefined;

/** Something that must stand whatever comes. */
export interface Target {
  readonly name: string;
  /** Cases of the short form. */
  readonly few: number;
  open(): Promise<OpenTarget>;
}

export interface OpenTarget extends AsyncDisposable {
  /** One case. What it throws is wrong as well. */
  try(dice: Dice): Promise<Wrong>;
}
