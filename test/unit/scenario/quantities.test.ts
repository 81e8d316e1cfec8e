import { describe, expect, it } from "vitest";
import { parseRate, parseShare, twoReadings } from "../../../src/scenario/quantities.ts";

describe("a rate", () => {
  it.each([
    ["100/s", 100],
    ["600/m", 10],
    ["30/min", 0.5],
    ["1/min", 1 / 60],
    ["1/10s", 0.1],
    ["3 / 2 min", 0.025],
    ["36/h", 0.01],
    ["2.5", 2.5],
  ])("%s", (text, rate) => {
    expect(parseRate(text)).toBeCloseTo(rate, 12);
  });

  it.each(["1/0s", "1/", "/s", "1/10", "fast", "1/s/s", "-1/s"])("is not %s", (text) => {
    expect(parseRate(text)).toBeUndefined();
  });
});

describe("a share", () => {
  it.each([
    ["0.1%", 0.001],
    ["100%", 1],
    ["1%", 0.01],
    [0.5, 0.5],
    ["0", 0],
  ])("%s", (text, share) => {
    expect(parseShare(text)).toBe(share);
    expect(twoReadings(text)).toBeUndefined();
  });

  it.each([
    ["1", "1 may be 1 % or 100 %: write 1% or 100%"],
    [1, "1 may be 1 % or 100 %: write 1% or 100%"],
    ["1.0", "1.0 may be 1.0 % or 100 %: write 1.0% or 100%"],
    [5, "5 may be 5 % or 500 %: write 5%"],
  ])("is not a bare %s, which has two readings", (text, readings) => {
    expect(parseShare(text)).toBeUndefined();
    expect(twoReadings(text)).toBe(readings);
  });

  it.each(["101%", "x", "-1%"])("is not %s", (text) => {
    expect(parseShare(text)).toBeUndefined();
  });
});
