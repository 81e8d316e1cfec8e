import type { AttemptFacts, Outcome } from "../../src/model/outcome.ts";
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

/** Attempts of a device: the number of its last, and those that were not answered. */
export type Tries = Pick<AttemptFacts, "number" | "unanswered" | "cut">;

export function outcomeLine(each: number, result: Result, phaseIndex = 0, tries?: Tries): string {
  return JSON.stringify({ kind: "outcome", outcome: outcomeOf(each, result, phaseIndex, tries) });
}

/** After which the device is to try again. */
function attemptLine(each: number, { number, unanswered }: Tries): string {
  const told = unanswered.filter((one) => one <= number);
  const result = { state: "failed", kind: "answer-timeout", detail: "", unknown: told.length > 0 } as const;
  const outcome = outcomeOf(each, result, 0, { number, unanswered: told });
  return JSON.stringify({ kind: "attempt", outcome, again: us(outcome.ended + 100) });
}

function outcomeOf(each: number, result: Result, phaseIndex: number, tries?: Tries): Outcome {
  const at = us(each * 1_000);
  return {
    seq: seq(each),
    name: `given-${each}`,
    phase: phaseIndex,
    intended: at,
    started: result.state === "dropped" ? undefined : at,
    marks: {},
    ...(tries === undefined ? {} : { attempt: { ...tries, intended: at, started: at } }),
    ended: us(each * 1_000 + 500),
    result,
    misbehaviour: undefined,
  };
}

/**
 * The journal of generator `index`, written to its end: claims of `block` devices, each before its devices start, and an
 * outcome for each when `inFlight` later ones have started.
 */
export function wholeJournal(
  plan: Plan & { readonly generators: number },
  index: number,
  how: {
    readonly block: number;
    readonly inFlight: number;
    readonly resultOf: (each: number) => Result;
    readonly triesOf?: (each: number) => Tries | undefined;
  },
): JournalText {
  const count = plan.generators;
  const entries: string[] = [];
  const flying: number[] = [];
  let claimedThrough = -1;
  const tryAgain = (each: number, from: number): void => {
    const tries = how.triesOf?.(each);
    const most = tries === undefined ? 0 : tries.number - (tries.cut === undefined ? 1 : 0);
    for (let number = from; number <= most; number += 1) {
      entries.push(attemptLine(each, { number, unanswered: tries?.unanswered ?? [] }));
      // The first by itself, so that others come between it and the next.
      if (from === 1) return;
    }
  };
  const land = (each: number): void => {
    tryAgain(each, 2);
    entries.push(outcomeLine(each, how.resultOf(each), 0, how.triesOf?.(each)));
  };
  for (const { firstSeq, devices } of plan.phases) {
    for (let each: number = firstSeq; each < firstSeq + devices; each += 1) {
      if (each % count !== index) continue;
      if (each > claimedThrough) {
        claimedThrough = each + (how.block - 1) * count;
        entries.push(JSON.stringify({ kind: "claimed", through: claimedThrough }));
      }
      flying.push(each);
      tryAgain(each, 1);
      if (flying.length > how.inFlight) land(flying.shift() ?? each);
    }
  }
  for (const each of flying) land(each);
  const footer = { kind: "footer", state: "complete", at: us(9e6), entries: entries.length };
  return { index, lines: [JSON.stringify(header(index, count)), ...entries, JSON.stringify(footer)] };
}
