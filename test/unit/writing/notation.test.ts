import { describe, expect, it } from "vitest";
import {
  formatCount,
  formatDuration,
  formatInstant,
  formatMs,
  formatNumber,
  formatPercent,
  formatRate,
  formatTime,
} from "../../../src/writing/notation.ts";
import { us, usFromSeconds } from "../../../src/model/units.ts";

describe("figures", () => {
  it.each([
    [0, "0"],
    [123, "0.123"],
    [999.6, "1.00"],
    [4_560, "4.56"],
    [54_100, "54.1"],
    [99_960, "100"],
    [541_400, "541"],
    [12_345_678, "12,346"],
  ])("%d us are written as %s ms", (time, text) => expect(formatMs(time)).toBe(text));

  it.each([
    [0, "0 %"],
    [0.00001, "<0.01 %"],
    [0.00123, "0.12 %"],
    [0.4583, "45.8 %"],
    [0.9984, "99.84 %"],
    [0.99999, ">99.99 %"],
    [1, "100 %"],
    [8.616, "862 %"],
  ])("a share of %d is written as %s", (ratio, text) => expect(formatPercent(ratio)).toBe(text));

  it.each([
    [4.254, "4.25"],
    [99.77, "99.8"],
    [1_234.5, "1,235"],
  ])("a rate of %d is written as %s", (rate, text) => expect(formatRate(rate)).toBe(text));

  it.each([
    [999, "999"],
    [1_350, "1,350"],
    [1_000_000, "1,000,000"],
  ])("a count of %d is written as %s", (count, text) => expect(formatCount(count)).toBe(text));

  it.each([
    [0, "0"],
    [0.1234, "0.123"],
    [4.5, "4.5"],
    [12_345.6, "12,300"],
  ])("%d in a sentence is written as %s", (value, text) => expect(formatNumber(value)).toBe(text));

  it.each([
    [850, "850 us"],
    [-48_210, "-48.2 ms"],
    [999_600, "1 s"],
    [1_254_000, "1.25 s"],
    [59_970_000, "1 min"],
    [-750_000_000, "-12 min 30 s"],
  ])("a measured time of %d us is written as %s", (time, text) => expect(formatTime(us(time))).toBe(text));

  it.each([
    [0.85, "850 ms"],
    [41.26, "41.3 s"],
    [59.97, "1 min"],
    [750, "12 min 30 s"],
    [11_100, "3 h 05 min"],
  ])("%d s are written as %s", (seconds, text) => expect(formatDuration(usFromSeconds(seconds))).toBe(text));

  it("an instant is written without its thousandths, and what is none as it is", () => {
    expect(formatInstant("2026-11-25T03:15:00.123Z")).toBe("2026-11-25 03:15:00 UTC");
    expect(formatInstant("unknown")).toBe("unknown");
  });
});
