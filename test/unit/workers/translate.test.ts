import { describe, expect, it } from "vitest";
import { us } from "../../../src/model/units.ts";
import { createTranslator, toUs, toUsUp } from "../../../src/workers/crew/translate.ts";

const at = (offset: bigint) => ({ offset, bound: 0n });

describe("translating agreed instants", () => {
  it("puts the start on this machine's clock, to the nanosecond", () => {
    const translated = createTranslator().translate(
      { kind: "start", epoch: "9007199254740993001", startedAt: "2026-11-25T03:15:00.000Z" },
      at(-9007199254740993000n),
    );
    expect(translated).toEqual({ kind: "start", epoch: "1", startedAt: "2026-11-25T03:15:00.000Z" });
  });

  it("puts later instants right by as much as the clocks have parted since the start", () => {
    const translator = createTranslator();
    translator.translate({ kind: "start", epoch: "0", startedAt: "" }, at(5_000_000n));
    expect(translator.moved(at(5_000_000n))).toBe(0);
    expect(translator.translate({ kind: "go", stage: "phase 1", at: us(2_000_000) }, at(5_250_000n))).toEqual({
      kind: "go",
      stage: "phase 1",
      at: 2_000_250,
    });
    expect(translator.moved(at(4_999_000n))).toBe(-1);
  });

  it("leaves everything else as it is", () => {
    expect(createTranslator().translate({ kind: "drain" }, at(1n))).toEqual({ kind: "drain" });
  });

  it("rounds an offset to the nearest microsecond and a bound up", () => {
    expect([1_499n, 1_500n, -1_499n, -1_500n].map(toUs)).toEqual([1, 2, -1, -2]);
    expect([0n, 1n, 1_000n, 1_001n].map(toUsUp)).toEqual([0, 1, 1, 2]);
  });
});
