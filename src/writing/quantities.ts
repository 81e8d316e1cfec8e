import { msFromUs, secondsFromUs, type Us } from "../model/units.ts";

/** 12,345 */
export function countInWords(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 device", "2,000 devices". */
export function quantity(value: number, noun: string): string {
  return `${countInWords(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** Three significant digits, in the unit that suits: "850 us", "48.2 ms", "1.25 s". */
export function timeInWords(time: Us): string {
  if (Math.abs(time) < 1_000) return `${Math.round(time)} us`;
  if (Math.abs(time) < 1_000_000) return `${digits(msFromUs(time))} ms`;
  return `${digits(secondsFromUs(time))} s`;
}

/** 0.0312 is "3.12 %". */
export function shareInWords(share: number): string {
  return `${digits(share * 100)} %`;
}

/** Three significant digits, without an exponent and without trailing zeros. */
export function digits(value: number): string {
  return value === 0 ? "0" : countInWordsWithFraction(Number(value.toPrecision(3)));
}

function countInWordsWithFraction(value: number): string {
  const [whole = "0", fraction] = String(value).split(".");
  return fraction === undefined || whole.includes("e")
    ? countInWords(value)
    : `${countInWords(Number(whole))}.${fraction}`;
}
