import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openBus } from "../../src/workers/bus/connection.ts";
import { openConversations } from "../../src/workers/bus/conversations.ts";
import { saidSubject } from "../../src/workers/bus/names.ts";
import { BUS_PACE } from "../../src/workers/bus/pace.ts";
import { createContentKey } from "../../src/workers/bus/seal.ts";
import { makeRunStores } from "../../src/workers/bus/stores.ts";
import { natsPrograms, type NatsServer, startNats } from "../support/nats-server.ts";
import { startRelay } from "../support/relay.ts";
import { type ChannelHarness, collect, describeChannel, numbers } from "./channel-contract.ts";
import { mirror, type Order } from "./mirror.ts";

const LEASE_MS = 500;
/** Each cut is noticed and mended at once, so that many of them take no minutes. */
const PACE = { ...BUS_PACE, ping: 500, reconnect: 25 };
const FOREVER = new AbortController().signal;

/** Both ends over `url`, or the far one over another way to the same server. */
async function open(url: string, farUrl = url): Promise<ChannelHarness & { readonly run: string }> {
  const run = randomBytes(3).toString("hex");
  const [nearBus, farBus] = await Promise.all([
    openBus({ url }, "near", undefined, PACE),
    openBus({ url: farUrl }, "far", undefined, PACE),
  ]);
  await makeRunStores(nearBus, run);
  const key = createContentKey();
  const lapsed = Promise.withResolvers<string>();
  const dead = new AbortController();
  const nearTalks = await openConversations(nearBus, run, "from.*", FOREVER);
  const farTalks = await openConversations(farBus, run, "to.w", dead.signal);
  const near = nearTalks.open<Order, unknown>({ says: "to.w", hears: "from.w", key, lapsed: lapsed.promise });
  const far = farTalks.open<object, Order>({
    says: "from.w",
    hears: "to.w",
    key,
    lapsed: new Promise(() => undefined),
  });
  // A lease that is over, of one that says nothing more, is what death looks like here.
  // What it has said is what has left it; and a lease ends some time after the last word, never with it.
  mirror(far, () => {
    void far.flush().then(() => {
      dead.abort();
      setTimeout(() => lapsed.resolve("its lease is over"), LEASE_MS);
    });
  });
  return {
    run,
    near,
    farGone: far.gone,
    async [Symbol.asyncDispose]() {
      nearTalks.close();
      farTalks.close();
      await Promise.all([nearBus.close(), farBus.close()]);
    },
  };
}

it.skipIf(natsPrograms.length > 0)("SKIPPED, no nats-server here (Debian: apt install nats-server)", () =>
  expect(natsPrograms).not.toEqual([]),
);

for (const program of natsPrograms) {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNats(program);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  describeChannel(`bus, nats-server ${program.version}`, () => open(server.url));

  describe(`channel by bus, nats-server ${program.version}, on a bad way`, () => {
    it("loses nothing when the way is cut again and again", async () => {
      await using relay = await startRelay({ host: "127.0.0.1", port: server.port });
      relay.delay(1, 1);
      await using harness = await open(server.url, `nats://127.0.0.1:${relay.port}`);
      const heard = collect(harness.near, 250);
      const cutting = setInterval(() => {
        relay.cut();
        setTimeout(() => relay.mend(), 50);
      }, 400);
      for (const value of numbers(250)) harness.near.say({ order: "echo", value });
      try {
        expect(await heard).toEqual(numbers(250));
      } finally {
        clearInterval(cutting);
        relay.mend();
      }
    });

    it("loses nothing when the way is silent for seconds, and nobody is told", async () => {
      await using relay = await startRelay({ host: "127.0.0.1", port: server.port });
      await using harness = await open(server.url, `nats://127.0.0.1:${relay.port}`);
      const heard = collect(harness.near, 40);
      for (const value of numbers(20)) harness.near.say({ order: "echo", value });
      relay.cut("silent");
      for (const value of numbers(20)) harness.near.say({ order: "echo", value: value + 20 });
      setTimeout(() => relay.mend(), 3_000);
      expect(await heard).toEqual(numbers(40));
    });

    it("goes on where it was when the bus is killed and started again", async () => {
      await using own = await startNats(program);
      await using harness = await open(own.url);
      const heard = collect(harness.near, 100);
      for (const value of numbers(50)) harness.near.say({ order: "echo", value });
      await own.kill();
      for (const value of numbers(50)) harness.near.say({ order: "echo", value: value + 50 });
      await own.restart();
      expect(await heard).toEqual(numbers(100));
    });

    it("does not hear a message a second time, nor what a stranger says", async () => {
      await using harness = await open(server.url);
      const stranger = await openBus({ url: server.url }, "stranger", undefined);
      const kept: Uint8Array[] = [];
      stranger.nats.subscribe(saidSubject(harness.run, "from.w"), {
        callback: (_error, message) => void kept.push(Uint8Array.from(message.data)),
      });
      await stranger.nats.flush();
      const first = collect(harness.near, 3);
      for (const value of numbers(3)) harness.near.say({ order: "echo", value });
      await first;
      await vi.waitFor(() => expect(kept).toHaveLength(3));
      const copies = kept.splice(0);
      for (const data of copies) await stranger.js.publish(saidSubject(harness.run, "from.w"), data);
      await stranger.js.publish(saidSubject(harness.run, "from.w"), new TextEncoder().encode('{"value":"forged"}'));
      const next = collect(harness.near, 1);
      harness.near.say({ order: "echo", value: "next" });
      expect(await next).toEqual(["next"]);
      expect(copies).toHaveLength(3);
      await stranger.close();
    });
  });
}
