import type { Grade, Signal } from "../model/summary.ts";
import { type Us, us, usFromSeconds } from "../model/units.ts";
import type { MemberRecord } from "../record/members-file.ts";
import { formatPercent, formatTime } from "../writing/notation.ts";
import { lengthOf } from "./arrivals.ts";
import { timeErrorOf } from "./clock-tally.ts";
import { LIMITS } from "./validity-limits.ts";
import { gradeAbove, type ValidityInput, worstOf } from "./validity.ts";

const NAME = "clocks of the machines";

/**
 * Durations are taken on one clock and cannot be moved by another machine's. What can is everything that puts events of
 * several machines on one axis: the rows of a second each, and the order of arrivals in a burst, which lasts as long as
 * its starts do. None where the load was made on one machine.
 */
export function clockSignals(members: readonly MemberRecord[] | undefined, input: ValidityInput): readonly Signal[] {
  if (members === undefined) return [];
  const second: Axis = { what: "a second", length: usFromSeconds(1), limits: LIMITS.clocks.second };
  const bursts = input.measured
    .filter(({ phase }) => phase.shape.kind === "burst")
    .map(({ phase, tally }): Axis => {
      const length = lengthOf(tally.arrivals.starts);
      return { what: `the starts of ${phase.name}`, length: us(length), limits: LIMITS.clocks.burst };
    })
    .filter(({ length }) => length > 0);
  const worst = input.generators
    .flatMap(([index, { clock }]) => (clock === undefined ? [] : [{ index, error: timeErrorOf(clock) }]))
    .toSorted((a, b) => b.error - a.error)[0];
  if (worst === undefined) return [signal(second, "degraded", "no reading was recorded")];
  const name = members.find(({ shards }) => shards.includes(worst.index))?.name ?? `generator ${worst.index}`;
  const graded = [second, ...bursts].map((axis) => {
    const share = worst.error / axis.length;
    const text = `${name}: within ${formatTime(us(worst.error))}, ${formatPercent(share)} of ${axis.what}`;
    return { axis, grade: gradeAbove(share, axis.limits), text };
  });
  const grade = worstOf(graded.map((each) => each.grade));
  const shown = graded.find((each) => each.grade === grade);
  return shown === undefined ? [] : [signal(shown.axis, grade, shown.text)];
}

/** Something whose figures a difference of clocks could move. */
interface Axis {
  readonly what: string;
  readonly length: Us;
  readonly limits: { readonly degraded: number; readonly void: number };
}

function signal({ what, limits }: Axis, grade: Grade, measured: string): Signal {
  const limit = (share: number): string => (Number.isFinite(share) ? `${formatPercent(share)} of ${what}` : "never");
  return { name: NAME, grade, measured, degradedAbove: limit(limits.degraded), voidAbove: limit(limits.void) };
}
