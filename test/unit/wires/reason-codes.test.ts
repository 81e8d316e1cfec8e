import { expect, it } from "vitest";
import { reasonName } from "../../../src/wires/mqtt/reason-codes.ts";

it.each([
  [5, "3.1.1", "5 not authorised"],
  [2, "3.1", "2 identifier rejected"],
  [3, "3.1.1", "3 server unavailable"],
  [77, "3.1.1", "77 unknown code"],
  [0x86, "5", "0x86 bad user name or password"],
  [0x99, "5", "0x99 payload format invalid"],
  [0x83, "5", "0x83 implementation specific error"],
  [0x00, "5", "0x00 success"],
  [0xfe, "5", "0xfe unknown reason"],
] as const)("code %d of MQTT %s is %s", (code, version, name) => {
  expect(reasonName(code, version)).toBe(name);
});
