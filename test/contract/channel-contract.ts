import { describe, expect, it } from "vitest";
import type { Channel } from "../../src/workers/channel.ts";
import type { Order } from "./mirror.ts";

export interface ChannelHarness extends AsyncDisposable {
  readonly near: Channel<Order, unknown>;
  /** Resolves when the far side has noticed that this one left. */
  readonly farGone: Promise<unknown>;
}

export function collect(channel: Channel<Order, unknown>, count: number): Promise<readonly unknown[]> {
  const heard: unknown[] = [];
  return new Promise((resolve) => {
    channel.hear((message) => {
      heard.push((message as { readonly value: unknown }).value);
      if (heard.length === count) resolve(heard);
    });
  });
}

export const numbers = (to: number): readonly number[] => Array.from({ length: to }, (_, index) => index);

/** What every way of talking to a generator keeps. */
export function describeChannel(name: string, open: () => Promise<ChannelHarness>): void {
  describe(`channel by ${name}`, () => {
    it("carries every message once and in order, both ways", async () => {
      await using harness = await open();
      const heard = collect(harness.near, 500);
      for (const value of numbers(500)) harness.near.say({ order: "echo", value });
      expect(await heard).toEqual(numbers(500));
    });

    it("carries any JSON unchanged, half a mebibyte too", async () => {
      await using harness = await open();
      const values = [null, -0.5, "ü€😀\u0000\n", [[], {}], { epoch: "9007199254740993001" }, "x".repeat(512 * 1_024)];
      const heard = collect(harness.near, values.length);
      for (const value of values) harness.near.say({ order: "echo", value });
      expect(await heard).toEqual(values);
    });

    it("keeps what came before anybody listened", async () => {
      await using harness = await open();
      harness.near.say({ order: "count", to: 20, afterwards: "close" });
      await harness.near.gone;
      expect(await collect(harness.near, 20)).toEqual(numbers(20));
    });

    it("finds the other side gone when it closes, after its last word", async () => {
      await using harness = await open();
      const heard = collect(harness.near, 100);
      harness.near.say({ order: "count", to: 100, afterwards: "close" });
      expect(await harness.near.gone).not.toBe("");
      expect(await heard).toEqual(numbers(100));
    });

    it("finds the other side gone when it dies without a word, and has heard what it said", async () => {
      await using harness = await open();
      const heard = collect(harness.near, 100);
      harness.near.say({ order: "count", to: 100, afterwards: "die" });
      expect(await harness.near.gone).not.toBe("");
      expect(await heard).toEqual(numbers(100));
    });

    it("may be talked to and closed when the other side is gone", async () => {
      await using harness = await open();
      harness.near.say({ order: "count", to: 0, afterwards: "die" });
      await harness.near.gone;
      harness.near.say({ order: "echo", value: 1 });
      harness.near.mention({ order: "echo", value: 2 });
      await harness.near.flush();
      await harness.near.close();
      expect(await harness.near.gone).not.toBe("");
    });

    it("tells the other side that this one has left", async () => {
      await using harness = await open();
      const heard = collect(harness.near, 1);
      harness.near.say({ order: "echo", value: "there" });
      await heard;
      await harness.near.close();
      await expect(harness.farGone).resolves.toBeDefined();
    });
  });
}
