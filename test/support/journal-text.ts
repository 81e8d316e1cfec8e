import type { Outcome } from "../../src/model/outcome.ts";
import type { Phase, Plan } from "../../src/model/plan.ts";
import { seq, us } from "../../src/model/units.ts";
import { header } from "../unit/record/samples.ts";
import { phase, samplePlan } from "../unit/summary/sample-run.ts";

/** What is known of a device when its journal is written, as a generator writes it. */
export type Result = Outcome["result"];

export interface JournalText {
  readonly index: number;
  /** Each without its newline; the first is the header. */
  readonly lines: readonly string[];
}

/** A plan with a given name for each device. */
export function givenPlan(devices: number, generators: number, first = 0, changes: Partial<Plan> = {}): Plan {
  const phases: readonly Phase[] = [phase(first, devices)];
  const names = {
    from: "list",
    names: Array.from({ length: devices }, (_, index) => `given-${first + index}`),
  } as const;
  return samplePlan({
    generators,
    phases,
    fleet: { ...samplePlan().fleet, firstSeq: seq(first), names, count: devices },
    ...changes,
  });
}

export function outcomeLine(each: number, result: Result, phaseIndex = 0): string {
  const dropped = result.state === "dropped";
  const outcome: Outcome = {
    seq: seq(each),
    name: `given-${each}`,
    phase: phaseIndex,
    intended: us(each * 1_000),
    started: dropped ? undefined : us(each * 1_000),
    marks: {},
    ended: us(each * 1_000 + 500),
    result,
    misbehaviour: undefined,
  };
  return JSON.stringify({ kind: "outcome", outcome });
}

/**
 * The journal of generator `index`, written to its end: claims of `block` devices, each before its devices start, and an
 * outcome for each when `inFlight` later ones have started.
 */
export function wholeJournal(
  plan: Plan & { readonly generators: number },
  index: number,
  how: { readonly block: number; readonly inFlight: number; readonly resultOf: (each: number) => Result },
): JournalText {
  const count = plan.generators;
  const entries: string[] = [];
  const flying: number[] = [];
  let claimedThrough = -1;
  const land = (each: number): void => void entries.push(outcomeLine(each, how.resultOf(each)));
  for (const { firstSeq, devices } of plan.phases) {
    for (let each: number = firstSeq; each < firstSeq + devices; each += 1) {
      if (each % count !== index) continue;
      if (each > claimedThrough) {
        claimedThrough = each + (how.block - 1) * count;
        entries.push(JSON.stringify({ kind: "claimed", through: claimedThrough }));
      }
      flying.push(each);
      if (flying.length > how.inFlight) land(flying.shift() ?? each);
    }
  }
  for (const each of flying) land(each);
  const footer = { kind: "footer", state: "complete", at: us(9e6), entries: entries.length };
  return { index, lines: [JSON.stringify(header(index, count)), ...entries, JSON.stringify(footer)] };
}
