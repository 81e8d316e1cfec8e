/** A layer of tests: the files of a folder of `test/`, and how they are run. */
export interface Layer {
  readonly name: string;
  /** Opens sockets or starts processes: one file after another, and no other layer beside it. */
  readonly serial: boolean;
  readonly timeoutMs: number;
  /** Its tests start the program as a process: as it is published. */
  readonly built: boolean;
  /** Files of test/support that run before each of its files, beside those of every layer. */
  readonly setup: readonly string[];
}

export const LAYERS: readonly Layer[] = [
  { name: "unit", built: false, serial: false, timeoutMs: 10_000, setup: [] },
  { name: "property", built: false, serial: false, timeoutMs: 180_000, setup: ["fast-properties.ts"] },
  { name: "contract", built: false, serial: true, timeoutMs: 60_000, setup: [] },
  { name: "golden", built: false, serial: false, timeoutMs: 30_000, setup: [] },
  { name: "integration", built: true, serial: true, timeoutMs: 120_000, setup: [] },
  { name: "e2e", built: true, serial: true, timeoutMs: 240_000, setup: [] },
];

/**
 * How many files of a layer run at once. Vitest refuses layers of one group that differ in this: where there are more than two
 * processors, the layers that take their turn are a group of their own, behind the others.
 */
export function turnOf({ serial }: Layer) {
  return { fileParallelism: !serial, sequence: { groupOrder: serial ? 1 : 0 } };
}
