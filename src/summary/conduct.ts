import { isRepeating, type Misbehaviour } from "../model/device.ts";
import type { Outcome } from "../model/outcome.ts";
import { isOwed } from "./expected.ts";

/** What came of the devices of one phase that misbehave on purpose, by how. Merging adds up. */
export type ConductTally = Map<Misbehaviour, Conduct>;

interface Conduct {
  /** Refused as they should be, as far as one outcome tells. */
  refused: number;
  provisioned: number;
  /** Nobody was told, and the server may have created the device. */
  open: number;
}

/** The conduct of one phase. */
export interface ConductJudgement {
  readonly expected: number;
  readonly undeserved: number;
}

export function createConductTally(): ConductTally {
  return new Map();
}

export function addConduct(tally: ConductTally, { misbehaviour, result }: Outcome): void {
  if (misbehaviour === undefined) return;
  const conduct = conductIn(tally, misbehaviour);
  if (isOwed(misbehaviour, result)) conduct.refused += 1;
  else if (result.state === "provisioned") conduct.provisioned += 1;
  else if ((result.state === "failed" || result.state === "aborted") && result.unknown) conduct.open += 1;
}

export function mergeConduct(into: ConductTally, from: ConductTally): void {
  for (const [misbehaviour, { refused, provisioned, open }] of from) {
    const conduct = conductIn(into, misbehaviour);
    conduct.refused += refused;
    conduct.provisioned += provisioned;
    conduct.open += open;
  }
}

function conductIn(tally: ConductTally, misbehaviour: Misbehaviour): Conduct {
  let conduct = tally.get(misbehaviour);
  if (conduct === undefined) tally.set(misbehaviour, (conduct = { refused: 0, provisioned: 0, open: 0 }));
  return conduct;
}

/**
 * Judges the phases of a run, in order. Devices that repeat each other are judged together, whoever of them came first: one
 * may be provisioned, and is, in the earliest phase where any was; each more is undeserved. If none was and none may have
 * been, one refusal was not owed: the earliest. `complete`: every device that was started has an outcome.
 */
export function judgeConduct(phases: readonly ConductTally[], complete: boolean): readonly ConductJudgement[] {
  const judgements = phases.map(() => ({ expected: 0, undeserved: 0 }));
  const deserved = new Set<Misbehaviour>();
  const refusedFirst = new Map<Misbehaviour, (typeof judgements)[number]>();
  const open = new Set<Misbehaviour>();
  for (const [index, tally] of phases.entries()) {
    const judgement = judgements[index];
    if (judgement === undefined) continue;
    for (const [misbehaviour, conduct] of tally) {
      judgement.expected += conduct.refused;
      judgement.undeserved += conduct.provisioned;
      if (!isRepeating(misbehaviour)) continue;
      if (conduct.refused > 0 && !refusedFirst.has(misbehaviour)) refusedFirst.set(misbehaviour, judgement);
      if (conduct.open > 0) open.add(misbehaviour);
      if (conduct.provisioned === 0 || deserved.has(misbehaviour)) continue;
      deserved.add(misbehaviour);
      judgement.undeserved -= 1;
    }
  }
  for (const [misbehaviour, judgement] of refusedFirst) {
    if (complete && !deserved.has(misbehaviour) && !open.has(misbehaviour)) judgement.expected -= 1;
  }
  return judgements;
}
