import { describe, expect, it } from "vitest";
import { fitBandLabels } from "../../../src/pictures/band-labels.ts";

/** Names that are left of bands between these ends, on an axis of 100 s. */
function namesOf(bands: readonly (readonly [string, number, number])[], width: number): readonly unknown[] {
  const data = bands.map(([name, from, to]): [{ name: string; xAxis: number }, { xAxis: number }] => [
    { name, xAxis: from },
    { xAxis: to },
  ]);
  const fitted = fitBandLabels({ type: "line", markArea: { data } }, { from: 0, to: 100 }, width);
  if (fitted.type !== "line") throw new Error("another series");
  return fitted.markArea?.data?.map((band) => (Array.isArray(band) ? band[0].name : undefined)) ?? [];
}

describe("names of bands", () => {
  it("are whole where there is room, also beside a narrow band", () => {
    const bands = [
      ["saturated", 0, 40],
      ["steady", 40, 80],
      ["roll call", 80, 82],
    ] as const;
    expect(namesOf(bands, 920)).toEqual(["saturated", "steady", "roll call"]);
  });

  it("do not stand upon each other: what does not fit is cut, or left out", () => {
    const bands = [
      ["load", 0, 90],
      ["roll call", 90, 92],
      ["hold", 92, 95],
    ] as const;
    expect(namesOf(bands, 920)).toEqual(["load", "", "hold"]);
    expect(
      namesOf(
        [
          ["burst (warm-up)", 0, 6],
          ["steady", 6, 100],
        ],
        352,
      ),
    ).toEqual(["burst", "steady"]);
    expect(
      namesOf(
        [
          ["a-long-name-of-a-phase", 0, 20],
          ["steady", 20, 100],
        ],
        352,
      ),
    ).toEqual(["a-long-name-of-…", "steady"]);
  });

  it("stay where the ends of the axis are not known", () => {
    const series = { type: "line", markArea: { data: [[{ name: "x", xAxis: 0 }, { xAxis: 1 }]] } } as const;
    expect(fitBandLabels(series as never, undefined, 352)).toBe(series);
  });
});
