import { msFromUs, secondsFromUs, us, type Us } from "../model/units.ts";

/** How figures are written wherever a person reads them: the same digits in a report, in a live view and on a page. */

interface Digits {
  readonly format: (value: number) => string;
}

/** Made when the first figure is written: all of them together take as long as a tenth of the start of a generator, which writes none. */
function digitsOf(options: Intl.NumberFormatOptions): Digits {
  let made: Intl.NumberFormat | undefined;
  return { format: (value) => (made ??= new Intl.NumberFormat("en-US", options)).format(value) };
}

const upTo = (digits: number): Digits => digitsOf({ maximumFractionDigits: digits });
const exactly = (digits: number): Digits => digitsOf({ minimumFractionDigits: digits, maximumFractionDigits: digits });
const whole = upTo(0);
const threeSignificant = digitsOf({ maximumSignificantDigits: 3 });
const [oneDigit, twoDigits, threeDigits] = [exactly(1), exactly(2), exactly(3)];
const [upToOne, upToTwo] = [upTo(1), upTo(2)];

/** Three significant digits, which is what a histogram keeps: "0.123", "4.56", "54.1", "541", "12,345". Without the unit. */
export function formatMs(time: number): string {
  const ms = msFromUs(time as Us);
  const size = Math.abs(ms);
  if (size === 0) return "0";
  const digits = size < 0.9995 ? threeDigits : size < 9.995 ? twoDigits : size < 99.95 ? oneDigit : whole;
  return digits.format(ms);
}

/** 12,345 */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** "1 device", "2,000 devices". */
export function quantity(value: number, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** Three significant digits, without an exponent and without trailing zeros: "0.123", "4.5", "12,300". */
export function formatNumber(value: number): string {
  return threeSignificant.format(value);
}

/** 0.964: "96.4 %". What is not quite nothing is never written as 0, nor what is not quite all as 100. */
export function formatPercent(ratio: number): string {
  const percent = ratio * 100;
  if (ratio > 0 && percent < 0.01) return "<0.01 %";
  if (ratio < 1 && percent > 99.99) return ">99.99 %";
  if (Math.abs(percent) >= 100) return `${whole.format(percent)} %`;
  const digits = percent < 10 || percent > 99 ? upToTwo : upToOne;
  return `${digits.format(percent)} %`;
}

/** A rate a second: "4.25", "99.8", "1,234". Without the unit. */
export function formatRate(rate: number): string {
  const digits = rate < 10 ? twoDigits : rate < 1_000 ? oneDigit : whole;
  return digits.format(rate);
}

/** A time that was measured: "850 us", "48.2 ms", "1.25 s"; from a minute on as formatDuration has it. */
export function formatTime(time: Us): string {
  const size = Math.abs(time);
  if (size < 1_000) return `${whole.format(time)} us`;
  if (size < 999_500) return `${formatNumber(msFromUs(time))} ms`;
  return size < 59_950_000 ? `${formatNumber(secondsFromUs(time))} s` : formatDuration(time);
}

/** How long something lasted: "850 ms", "41.3 s", "12 min 30 s", "3 h 05 min". */
export function formatDuration(time: Us): string {
  if (time < 0) return `-${formatDuration(us(Math.abs(time)))}`;
  const seconds = secondsFromUs(time);
  if (seconds < 0.9995) return `${whole.format(msFromUs(time))} ms`;
  if (seconds < 59.95) return `${upToOne.format(seconds)} s`;
  const full = Math.round(seconds);
  if (full < 3_600) return full % 60 === 0 ? `${full / 60} min` : `${Math.floor(full / 60)} min ${full % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${whole.format(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** "2026-11-25T03:15:00.000Z": "2026-11-25 03:15:00 UTC". Anything else is left as it is. */
export function formatInstant(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, "$1 $2 UTC");
}

/** Bytes in the one unit that is used for sizes: "123 MiB", "7,950 MiB". */
export function formatSize(bytes: number): string {
  return `${whole.format(Math.ceil(bytes / 2 ** 20))} MiB`;
}

/** With a capital letter, as a title or a sentence begins. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
