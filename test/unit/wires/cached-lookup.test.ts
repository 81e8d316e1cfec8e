import type { LookupAddress, LookupOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import { describe, expect, it } from "vitest";
import { createCachedLookup } from "../../../src/wires/socket/cached-lookup.ts";

const ADDRESSES: LookupAddress[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

function resolver(outcomes: readonly (Error | LookupAddress[])[]) {
  const asked: string[] = [];
  return {
    asked,
    resolve: (
      host: string,
      _options: LookupOptions,
      callback: (error: Error | null, list: LookupAddress[]) => void,
    ) => {
      const outcome = outcomes[Math.min(asked.length, outcomes.length - 1)] ?? [];
      asked.push(host);
      if (outcome instanceof Error) callback(outcome, []);
      else callback(null, outcome);
    },
  };
}

function look(lookup: LookupFunction, host: string, options: LookupOptions = { all: true }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    lookup(host, options, (error, address, family) =>
      error === null ? resolve(family === undefined ? address : [address, family]) : reject(error),
    );
  });
}

describe("the cached lookup", () => {
  it("asks once for a thousand connections, also for those that come while it is asking", async () => {
    const { asked, resolve } = resolver([ADDRESSES]);
    const lookup = createCachedLookup(resolve, () => 0);
    const found = await Promise.all(Array.from({ length: 1_000 }, () => look(lookup, "tb.test")));
    expect(asked).toEqual(["tb.test"]);
    expect(found.every((addresses) => addresses === ADDRESSES)).toBe(true);
  });

  it("gives one address where one is asked for", async () => {
    const lookup = createCachedLookup(resolver([ADDRESSES]).resolve, () => 0);
    expect(await look(lookup, "tb.test", {})).toEqual(["127.0.0.1", 4]);
  });

  it("asks again after a minute, and for another name", async () => {
    let now = 0;
    const { asked, resolve } = resolver([ADDRESSES]);
    const lookup = createCachedLookup(resolve, () => now);
    await look(lookup, "a.test");
    await look(lookup, "b.test");
    now = 59_999;
    await look(lookup, "a.test");
    now = 60_000;
    await look(lookup, "a.test");
    expect(asked).toEqual(["a.test", "b.test", "a.test"]);
  });

  it("does not keep a failure", async () => {
    const { asked, resolve } = resolver([new Error("ENOTFOUND"), ADDRESSES]);
    const lookup = createCachedLookup(resolve, () => 0);
    await expect(look(lookup, "tb.test")).rejects.toThrow("ENOTFOUND");
    expect(await look(lookup, "tb.test")).toBe(ADDRESSES);
    expect(asked).toHaveLength(2);
  });
});
