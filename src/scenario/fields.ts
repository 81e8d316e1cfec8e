import { z } from "zod";
import { type Us, us } from "../model/units.ts";
import { parseDuration, parseRate, parseShare, twoReadings } from "./quantities.ts";

/**
 * Field types of a scenario; each message says what to write instead. Every one takes a string too, because that is
 * what a value from the environment is: `count: ${DEVICES:-100}`.
 */

const DURATION = "500ms, 30s, 1m30s, or a number of seconds";
const RATE = "100/s, 30/min, 1/10s, or a number a second";

/** Longer than any run; keeps every product of rate and time a safe integer. */
const YEAR = us(366 * 86_400_000_000);
const HIGHEST_RATE = 1_000_000;
/** What the histograms reach: a longer time-out could not be recorded at its value. */
const LONGEST_TIMEOUT = us(600_000_000);
/** MQTT's keep-alive is 16 bits of seconds; 0 turns it off. */
const LONGEST_KEEP_ALIVE = us(65_535_000_000);
export const MOST_DEVICES = 100_000_000;

/** Whether a value is one of its kind, and within its limits. */
interface Kind<T extends number> {
  readonly parse: (value: string | number) => T | undefined;
  readonly low: number;
  readonly high: number;
  /** Both for the message "write ...". */
  readonly what: string;
  readonly most: string;
}

const quantity = <T extends number>({ parse, low, high, what, most }: Kind<T>) => {
  const error = `write ${what}`;
  return z
    .union([z.number(), z.string()], { error })
    .transform((value, context) => {
      const parsed = parse(value);
      if (parsed !== undefined && parsed >= low && parsed <= high) return parsed;
      const readings = parse === parseShare ? twoReadings(value) : undefined;
      if (readings !== undefined) {
        context.addIssue({ code: "custom", message: readings });
        return z.NEVER;
      }
      const message = parsed !== undefined && parsed > high ? `write at most ${most}` : error;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    })
    .describe(`${what.charAt(0).toUpperCase()}${what.slice(1)}`);
};

const anyDuration = { parse: parseDuration, low: us(0), high: YEAR, most: "8784h", what: `a duration: ${DURATION}` };
export const duration = quantity<Us>(anyDuration);
const aboveZero = { ...anyDuration, low: us(1), what: `a duration above 0: ${DURATION}` };
export const positiveDuration = quantity<Us>(aboveZero);
export const timeout = quantity<Us>({ ...aboveZero, high: LONGEST_TIMEOUT, most: "10m: the histograms end there" });
export const keepAlive = quantity<Us>({
  ...anyDuration,
  // Between nothing and one second there is nothing to say.
  parse: (value) => {
    const parsed = parseDuration(value);
    return parsed !== undefined && parsed > 0 && parsed < 1_000_000 ? undefined : parsed;
  },
  high: LONGEST_KEEP_ALIVE,
  what: "a duration of at least 1s, or 0 for none",
  most: "65535s, which is MQTT's longest",
});

const anyRate = { parse: parseRate, low: 0, high: HIGHEST_RATE, most: `${HIGHEST_RATE}/s`, what: `a rate: ${RATE}` };
export const rate = quantity<number>(anyRate);
export const positiveRate = quantity<number>({ ...anyRate, low: Number.MIN_VALUE, what: `a rate above 0: ${RATE}` });

export const share = quantity<number>({
  parse: parseShare,
  low: 0,
  high: 1,
  what: "a share: 5%, or a number below 1",
  most: "100%",
});

export const weight = quantity<number>({
  parse: (value) => (value === "" ? undefined : Number(value)),
  low: Number.MIN_VALUE,
  high: 1e9,
  what: "a number above 0",
  most: "1000000000",
});

export const factor = quantity<number>({
  parse: (value) => (value === "" ? undefined : Number(value)),
  low: 1,
  high: 10,
  what: "a number from 1 to 10",
  most: "10",
});

const whole = (low: number, high: number, what: string) => {
  const error = `write ${what}`;
  return z
    .union([z.int({ error }).min(low, { error }).max(high, { error }), z.string().regex(/^-?\d+$|\$\{/, { error })], {
      error,
    })
    .transform((value, context) => {
      const parsed = Number(value);
      if (Number.isSafeInteger(parsed) && parsed >= low && parsed <= high) return parsed;
      context.addIssue({ code: "custom", message: error });
      return z.NEVER;
    });
};

export const count = whole(1, MOST_DEVICES, "a whole number of at least 1");
export const attempts = whole(2, 10, "a whole number from 2 to 10");
export const seed = whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, "a whole number");
export const port = whole(1, 65_535, "a port number from 1 to 65535");

export const flag = z
  .union([z.boolean(), z.string().regex(/^(?:true|false)$|\$\{/, { error: "write true or false" })], {
    error: "write true or false",
  })
  .transform((value) => value === true || value === "true");

/** Opaque text: never empty, never a number that YAML has taken apart (0123 would lose its zero). */
export const word = z
  .string({ error: (issue) => (typeof issue.input === "number" ? "put it in quotes" : "write a text") })
  .min(1, { error: "write a text that is not empty" });

/** YAML has read `0123` as a number, and may have lost a part of it. */
export function textFix(input: unknown, otherwise: string): string {
  return typeof input === "number" || typeof input === "boolean" ? "put it in quotes" : otherwise;
}
