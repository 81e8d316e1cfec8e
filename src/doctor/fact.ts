import { type Finding, notChecked } from "./finding.ts";

/** Something that was looked for; where it could not be, why. */
export type Fact<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string };

export const known = <T>(value: T): Fact<T> => ({ known: true, value });
export const unknown = (why: string): Fact<never> => ({ known: false, why });

/** A finding about a fact: what is not known is not checked. */
export function judgeFact<T>(fact: Fact<T>, judge: (value: T) => Finding): Finding {
  return fact.known ? judge(fact.value) : notChecked(fact.why);
}
