import { type Us, us } from "../model/units.ts";

const US_PER: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  min: 60_000_000,
  h: 3_600_000_000,
};

/** "22s", "500ms", "1m30s", or a number of seconds. Undefined: not a duration. */
export function parseDuration(text: string | number): Us | undefined {
  if (typeof text === "number")
    return text >= 0 && Number.isFinite(text) ? us(Math.round(text * 1_000_000)) : undefined;
  const compact = text.replaceAll(/\s/g, "");
  if (/^\d+(\.\d+)?$/.test(compact)) return parseDuration(Number(compact));
  if (!/^(\d+(\.\d+)?(us|ms|s|min|m|h))+$/.test(compact)) return undefined;
  const parts = compact.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|min|m|h)/g);
  return us(
    [...parts].reduce((sum, [, amount, unit]) => sum + Math.round(Number(amount) * (US_PER[unit ?? ""] ?? 0)), 0),
  );
}

/** "100/s", "30/min", "1/10s", or a number a second. Undefined: not a rate. */
export function parseRate(text: string | number): number | undefined {
  if (typeof text === "number") return text >= 0 && Number.isFinite(text) ? text : undefined;
  const match = /^(\d+(?:\.\d+)?)(?:\/(\d+(?:\.\d+)?)?(s|min|m|h))?$/.exec(text.replaceAll(/\s/g, ""));
  if (match === null) return undefined;
  const [, amount, span = "1", unit = "s"] = match;
  const seconds = (Number(span) * (US_PER[unit] ?? 1)) / 1_000_000;
  return seconds > 0 ? Number(amount) / seconds : undefined;
}

const SHARE = /^(\d+(?:\.\d+)?)(%?)$/;

/** "0.1%", or a number below 1. Undefined: not a share. */
export function parseShare(text: string | number): number | undefined {
  const match = SHARE.exec(String(text).trim());
  if (match === null || twoReadings(text) !== undefined) return undefined;
  const share = match[2] === "%" ? Number(match[1]) / 100 : Number(match[1]);
  return share <= 1 ? share : undefined;
}

/** A bare number of 1 or more: half of all readers take it for percent, the other half for times the whole. Both, to choose from. */
export function twoReadings(text: string | number): string | undefined {
  const [, number = "", percent = "%"] = SHARE.exec(String(text).trim()) ?? [];
  if (percent === "%" || Number(number) < 1) return undefined;
  return `${number} may be ${number} % or ${Number((Number(number) * 100).toPrecision(12))} %: write ${number}%${Number(number) === 1 ? " or 100%" : ""}`;
}
