import { readServerJson } from "../src/wires/server-json.ts";
import type { Dice } from "./dice.ts";

/** Numbers at which something ends: of bytes, integers, floats and times. */
const BORDERS = [
  0,
  -0,
  -1,
  1,
  0.5,
  255,
  256,
  65_535,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  1e12,
  1e16,
  1e18,
  1e21,
  1e308,
  -1e308,
];

/** Texts that mean something to a file system, a terminal, a page, JSON or a program. */
export const NASTY = [
  "",
  " ",
  "..",
  "../..",
  "/",
  "/etc/passwd",
  "-",
  "--",
  "--yes",
  "\0",
  "a\0b",
  "\n",
  "\r\n",
  "\u001b[2J\u001b]0;x\u0007",
  "\u009b31m",
  "\u202e",
  "\u2028",
  "\ud800",
  "\u{1f4a9}",
  "ä".repeat(300),
  "x".repeat(5_000),
  "<script>alert(1)</script>",
  "'; DROP TABLE devices; --",
  "${HOME}",
  "${ROLLCALL_ADMIN_PASSWORD}",
  "{{7*7}}",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "NaN",
  "1e999",
  "PRODUCTION-METER-1",
  "http://127.0.0.1:1/",
] as const;

/** Stands for a list in lists in lists, which only text can be. */
const DEEP = "@deep@";

/** Some bytes turned, taken out, doubled or put in; now and then nothing of it is left. */
export function mutateBytes(bytes: Buffer, dice: Dice): Buffer {
  if (dice.chance(0.1)) return dice.bytes(dice.roll(200));
  let all = Buffer.from(bytes);
  for (let times = 1 + dice.roll(4); times > 0; times -= 1) {
    const at = dice.roll(all.length + 1);
    const length = dice.roll(Math.min(64, all.length - at) + 1);
    const [before, part, after] = [all.subarray(0, at), all.subarray(at, at + length), all.subarray(at + length)];
    const changes: readonly (() => readonly Uint8Array[])[] = [
      () => [before, after],
      () => [before, part, part, after],
      () => [before, dice.bytes(1 + dice.roll(16)), after],
      () => [before, dice.bytes(part.length), after],
      () => [before, Buffer.alloc(part.length, dice.pick([0, 0xff, 0x7f, 0x80])), after],
      () => [before],
    ];
    all = Buffer.concat(dice.pick(changes)());
  }
  return all;
}

/** A JSON text with some of its values, or names, replaced; as likely cut or spoilt as text. */
export function mutateJson(text: string, dice: Dice): string {
  if (dice.chance(0.3)) return mutateBytes(Buffer.from(text), dice).toString("latin1");
  // Of what was nested without end by an earlier mutation no text could be made.
  let value = readServerJson(text);
  if (value === undefined) return mutateBytes(Buffer.from(text), dice).toString("latin1");
  for (let times = 1 + dice.roll(3); times > 0; times -= 1) value = replaceOne(value, dice);
  return (JSON.stringify(value) ?? "null").replaceAll(`"${DEEP}"`, () => {
    const depth = dice.pick([10, 1_000, 20_000]);
    return "[".repeat(depth) + "]".repeat(depth);
  });
}

function replaceOne(value: unknown, dice: Dice): unknown {
  const deeper = dice.chance(0.85);
  if (Array.isArray(value) && value.length > 0 && deeper) {
    const at = dice.roll(value.length);
    if (dice.chance(0.1)) return [...value, ...value.slice(at)];
    if (dice.chance(0.1)) return value.toSpliced(at, 1);
    return value.with(at, replaceOne(value[at], dice));
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value) && deeper) {
    const entries = Object.entries(value);
    if (entries.length > 0) {
      const at = dice.roll(entries.length);
      const [name, inner] = entries[at] ?? ["", undefined];
      if (dice.chance(0.08)) return Object.fromEntries(entries.toSpliced(at, 1));
      if (dice.chance(0.05)) return Object.fromEntries([...entries, [dice.pick(NASTY), inner]]);
      return Object.fromEntries(entries.with(at, [name, replaceOne(inner, dice)]));
    }
  }
  return anyValue(dice);
}

export function anyValue(dice: Dice): unknown {
  const values: readonly (() => unknown)[] = [
    () => dice.pick(BORDERS),
    () => dice.pick(NASTY),
    () => null,
    () => dice.chance(0.5),
    () => [],
    () => ({}),
    () => [dice.pick(NASTY), dice.pick(BORDERS)],
    () => ({ [dice.pick(NASTY)]: dice.pick(BORDERS) }),
    () => DEEP,
  ];
  return dice.pick(values)();
}
