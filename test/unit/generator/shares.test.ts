import { expect, it } from "vitest";
import { requireCeiling } from "../../../src/generator/shares.ts";
import { load, MINIMAL } from "../../support/scenario-text.ts";

const { plan } = load(MINIMAL);

it.each<[string, object]>([
  ["without a ceiling", {}],
  ["up to its ceiling", { maxDevices: 10 }],
  ["up to its ceiling with what was asked for before", { maxDevices: 25, askedBefore: 15 }],
])("takes a plan of 10 devices %s", (_, more) => {
  expect(() => requireCeiling({ ...plan, ...more })).not.toThrow();
});

it.each<[string, object, string]>([
  ["than its ceiling", { maxDevices: 9 }, "asks for 10 devices, and maxDevices is 9"],
  ["than its ceiling leaves", { maxDevices: 24, askedBefore: 15 }, "asks for 25 devices, and maxDevices is 24"],
])("refuses a plan of more devices %s, whoever has made it", (_, more, message) => {
  expect(() => requireCeiling({ ...plan, ...more })).toThrow(message);
});
