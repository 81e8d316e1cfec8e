declare const unit: unique symbol;

/** Integer microseconds since run start, monotonic; the only time unit below cli/. Durations use it too. */
export type Us = number & { readonly [unit]: "us" };

/** Index of an arrival, of its device and of its journal line: one number everywhere, 0 to planned - 1. */
export type Seq = number & { readonly [unit]: "seq" };

export const us = (value: number): Us => value as Us;
export const seq = (value: number): Seq => value as Seq;

export const usFromMs = (ms: number): Us => us(Math.round(ms * 1_000));
export const usFromSeconds = (seconds: number): Us => us(Math.round(seconds * 1_000_000));
export const msFromUs = (time: Us): number => time / 1_000;
export const secondsFromUs = (time: Us): number => time / 1_000_000;
