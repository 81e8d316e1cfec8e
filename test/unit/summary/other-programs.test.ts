import { describe, expect, it } from "vitest";
import type { Signal } from "../../../src/model/summary.ts";
import { createGeneratorTally, type GeneratorTally } from "../../../src/summary/generator-tally.ts";
import { otherPrograms } from "../../../src/summary/other-programs.ts";

const signal = (grade: Signal["grade"], name = "event-loop delay p99"): Signal => ({
  name,
  grade,
  measured: "",
  degradedAbove: "",
  voidAbove: "",
});

/** Seconds in which the machine was so busy, and the generator itself had so many processors. */
function generator(count: number, busy: number, own: number, stolen = 0): GeneratorTally {
  const tally = createGeneratorTally();
  Object.assign(tally.windows.processors, { count, busy: count * busy, stolen: count * stolen });
  tally.windows.ownProcessors = count * own;
  return tally;
}

const judge = (generators: readonly GeneratorTally[], ...signals: readonly Signal[]) =>
  otherPrograms([...generators.entries()], { cores: 4, simulated: false, signals });

describe("other programs", () => {
  it("took what all generators together did not", () => {
    // Two of four processors are the generators' own: 0.5 of 0.95.
    const found = judge([generator(10, 0.95, 1), generator(30, 0.95, 1)], signal("valid"));
    expect(found?.share).toBeCloseTo(0.45);
    expect(found).toMatchObject({ stolen: 0, toBlame: false });
  });

  it("are to blame where a run is void and they had more than half, and more than the generators", () => {
    expect(judge([generator(5, 0.95, 1)], signal("void"))?.toBlame).toBe(true);
    expect(judge([generator(5, 0.5, 0.4, 0.3)], signal("void"))?.toBlame).toBe(true);
    expect(judge([generator(5, 0.95, 2)], signal("void"))?.toBlame).toBe(false);
    expect(judge([generator(5, 0.95, 1)], signal("degraded"))?.toBlame).toBe(false);
    expect(judge([generator(5, 0.95, 1)], signal("void", "local errors"))?.toBlame).toBe(false);
  });

  it("are nobody where the target is a simulator of ours, or nothing is known", () => {
    const void_ = [signal("void")];
    expect(otherPrograms([[0, generator(5, 1, 0.5)]], { cores: 2, simulated: true, signals: void_ })?.toBlame).toBe(
      false,
    );
    expect(judge([generator(5, 1, 1), createGeneratorTally()], ...void_)).toBeUndefined();
    expect(judge([], ...void_)).toBeUndefined();
  });
});
