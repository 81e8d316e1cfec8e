import { expect, it } from "vitest";
import { RollcallError } from "../../../src/model/error.ts";
import { checkStored } from "../../../src/operations/check-stored.ts";

const never = new AbortController().signal;
const DEVICES = ["a", "b", "c"].map((name) => ({ id: `id-${name}`, name }));

/** `at`: the second from which on a device has this value. */
function server(values: Readonly<Record<string, { readonly at: number; readonly value: string }>>) {
  let now = 0;
  let asked = 0;
  const waits = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const admin = {
    latestValue: async (id: string) => {
      asked += 1;
      const found = values[id];
      return found !== undefined && now >= found.at * 1_000 ? found.value : undefined;
    },
  };
  const look = (atMostMs: number, value = "run1") =>
    checkStored(admin, DEVICES, { waits, atMostMs, key: "rollcall", value }, never);
  return { look, asked: () => asked };
}

it("looks again at those that have nothing yet, and at no others", async () => {
  const { look, asked } = server({
    "id-a": { at: 0, value: "run1" },
    "id-b": { at: 2, value: "run1" },
    "id-c": { at: 1, value: "run1" },
  });
  expect(await look(60_000)).toEqual({ asked: 3, missing: [], waitedMs: 2_000 });
  expect(asked()).toBe(3 + 2 + 1);
});

it("names those that have nothing, or another's value, when its time is over", async () => {
  const { look } = server({ "id-a": { at: 0, value: "run1" }, "id-c": { at: 0, value: "run0" } });
  expect(await look(3_500)).toEqual({ asked: 3, missing: ["b", "c"], waitedMs: 3_000 });
  expect(await look(0)).toMatchObject({ missing: ["b", "c"] });
});

it("takes a number for the digits that were published, as ThingsBoard stores them", async () => {
  const number = { at: 0, value: "12345" };
  const { look } = server({ "id-a": number, "id-b": number, "id-c": number });
  expect(await look(0, "012345")).toMatchObject({ missing: [] });
  expect(await look(0, "0123456")).toMatchObject({ missing: ["a", "b", "c"] });
});

it("knows nothing where it is not told", async () => {
  const admin = {
    latestValue: async () => {
      throw new RollcallError("admin-refused", "You don't have permission.", "");
    },
  };
  const waits = { now: () => 0, sleep: async () => undefined };
  const wish = { waits, atMostMs: 5_000, key: "rollcall", value: "x" };
  expect(await checkStored(admin, DEVICES, wish, never)).toEqual({
    asked: 3,
    missing: [],
    waitedMs: 0,
    unread: "You don't have permission.",
  });
});
