/** At most 100 names. */
export interface Named {
  readonly count: number;
  readonly names: readonly string[];
}
