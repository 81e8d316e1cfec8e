import type { Fault } from "../src/simulator/core/faults.ts";

/** A time in which the simulator misbehaves; milliseconds since 1970. */
export interface Spell {
  readonly faults: readonly Fault[];
  readonly from: number;
  until: number;
}

/** One after the other, again and again: each way in which a server fails while devices go on arriving. */
const FAULTS: readonly (readonly Fault[])[] = [
  [{ kind: "drop", rate: 0.3 }],
  [{ kind: "reset", rate: 0.3 }],
  [{ kind: "half-open", rate: 0.3 }],
  [{ kind: "garbage", rate: 0.3 }],
  [{ kind: "slow-accept", rate: 0.5, ms: 2_000 }],
  [{ kind: "ghost", rate: 0.3, ms: 1_500 }],
  [{ kind: "delay", rate: 0.8, ms: 1_500 }],
  [{ kind: "close", rate: 0.3 }],
  [{ kind: "duplicate" }, { kind: "refuses-good", rate: 0.2 }],
  [{ kind: "queue-full", rate: 0.5 }],
  [{ kind: "acknowledge-only", rate: 0.2 }],
  [{ kind: "fragment" }],
  [{ kind: "other-topic", rate: 0.3 }],
  [{ kind: "other-credentials", rate: 0.2 }],
  [{ kind: "reset", rate: 0.5, at: "accept" }],
  [{ kind: "reset", rate: 0.3, at: "login" }],
];

/** What the simulator does in spell `index`. */
export function faultsOf(index: number): readonly Fault[] {
  return FAULTS[index % FAULTS.length] ?? [];
}

/** Whether something that took from `from` to `until` had to do with none of the spells. */
export function isUndisturbed(from: number, until: number, spells: readonly Spell[], slackMs: number): boolean {
  return spells.every((spell) => until + slackMs < spell.from || from - slackMs > spell.until);
}
