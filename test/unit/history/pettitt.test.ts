import { describe, expect, it } from "vitest";
import { fewestFor, pettitt, pettittP } from "../../../src/history/pettitt.ts";

/** Annual flow of the Nile at Aswan, 1871 to 1970 (Cobb 1978, Biometrika 65, 243-251). */
const NILE = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140, 1100,
  1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969, 831, 726, 456,
  824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759, 781, 865, 845, 944, 984, 897,
  822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890, 744, 749, 838, 1050, 918, 986, 797, 923, 975,
  815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
];

describe("Pettitt's test", () => {
  it.each([
    // Pettitt (1979), Page's series: 0.014. The others: annual floods of Canadian rivers, as the ffa package publishes them, one-sided.
    [232, 40, 0.0146],
    [372, 102, 2 * 0.461],
    [914, 109, 2 * 0.022],
    [561, 89, 2 * 0.071],
  ])("K = %i of %i figures has the published p of %f", (k, n, p) => {
    expect(pettittP(k, n)).toBeCloseTo(p, 2);
  });

  it("finds the published change of the Nile after 1898", () => {
    expect(NILE.reduce((sum, flow) => sum + flow, 0)).toBe(91_935);
    const found = pettitt(NILE);
    expect(1871 + (found?.after ?? 0) - 1).toBe(1898);
    expect(found?.p).toBeLessThan(1e-6);
  });

  it("is the statistic by its definition: the sum of signs over all pairs across the split", () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
    const u = (t: number) =>
      values.slice(0, t).reduce((sum, x) => sum + values.slice(t).reduce((inner, y) => inner + Math.sign(x - y), 0), 0);
    const all = values.slice(1).map((_, index) => Math.abs(u(index + 1)));
    expect(pettitt(values)?.k).toBe(Math.max(...all));
  });

  it("calls nothing where all is the same, and cannot with few figures", () => {
    expect(pettitt([5, 5, 5, 5])).toMatchObject({ k: 0, p: 1 });
    expect(pettitt([5])).toBeUndefined();
    expect(fewestFor(0.05 / 3)).toBe(14);
  });
});
