import { describe, expect, it } from "vitest";
import { RollcallError } from "../../../src/model/error.ts";
import type { Clock } from "../../../src/model/ports.ts";
import { Secret, sealSecrets } from "../../../src/model/secret.ts";
import { us } from "../../../src/model/units.ts";
import { connectToParent } from "../../../src/workers/parent-link.ts";
import type { GeneratorMessage, ParentMessage } from "../../../src/workers/protocol.ts";

const clock: Clock = { now: () => us(77), sleepUntil: () => Promise.resolve() };

/** Both ends of a pipe in memory; messages cross as JSON, as they do between processes. */
function openPipe() {
  const heard: GeneratorMessage[] = [];
  let listener: (message: ParentMessage) => void = () => undefined;
  const gone = Promise.withResolvers<string>();
  const say = (message: GeneratorMessage): void => {
    heard.push(JSON.parse(JSON.stringify(message)) as GeneratorMessage);
  };
  const link = connectToParent({
    say,
    mention: say,
    hear: (given) => (listener = given),
    gone: gone.promise,
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
  });
  const tell = (message: ParentMessage): void => listener(JSON.parse(JSON.stringify(message)) as ParentMessage);
  return { link, heard, tell, hangUp: () => gone.resolve("gone") };
}

describe("parent link", () => {
  it("unseals the secrets of init", async () => {
    const { link, tell } = openPipe();
    const init = {
      plan: { secret: new Secret("s3cret") },
      shard: { index: 1, count: 2 },
      folder: "/run",
      simulated: true,
    };
    tell({ kind: "init", sealed: sealSecrets(init) });
    const received = await link.init;
    expect(received.shard).toEqual({ index: 1, count: 2 });
    expect((received.plan as unknown as { secret: Secret }).secret.reveal()).toBe("s3cret");
  });

  it("says ready and takes the agreed start to the nanosecond", async () => {
    const { link, heard, tell } = openPipe();
    const start = link.ready();
    expect(heard).toEqual([{ kind: "ready" }]);
    tell({ kind: "start", epoch: "9007199254740993001", startedAt: "2026-11-25T03:15:00.000Z" });
    expect(await start).toEqual({ epoch: 9007199254740993001n, startedAt: "2026-11-25T03:15:00.000Z" });
  });

  it("passes a barrier at the time it is told", async () => {
    const { link, heard, tell } = openPipe();
    const passed = link.createBarrier(clock).arrive("phase 0", link.stops.abort);
    expect(heard).toEqual([{ kind: "arrived", stage: "phase 0" }]);
    tell({ kind: "go", stage: "phase 0", at: us(1234) });
    expect(await passed).toBe(1234);
  });

  it("gives up waiting at a barrier when stopped, yet has announced itself", async () => {
    const { link, heard, tell } = openPipe();
    const barrier = link.createBarrier(clock);
    const passed = barrier.arrive("phase 1", link.stops.drain);
    tell({ kind: "drain" });
    expect(await passed).toBe(77);
    expect(await barrier.arrive("phase 2", link.stops.drain)).toBe(77);
    expect(heard).toEqual([
      { kind: "arrived", stage: "phase 1" },
      { kind: "arrived", stage: "phase 2" },
    ]);
    expect(link.stops.abort.aborted).toBe(false);
  });

  it("takes an abort as a drain too", () => {
    const { link, tell } = openPipe();
    tell({ kind: "abort" });
    expect([link.stops.drain.aborted, link.stops.abort.aborted]).toEqual([true, true]);
  });

  it("has its event loop blocked if it said how, and else goes on", () => {
    const { link, tell } = openPipe();
    tell({ kind: "block", ms: 5 });
    const blocked: number[] = [];
    link.onBlock((ms) => blocked.push(ms));
    tell({ kind: "block", ms: 2_000 });
    expect(blocked).toEqual([2_000]);
    expect(link.stops.drain.aborted).toBe(false);
  });

  it("aborts when the parent is gone", async () => {
    const { link, hangUp } = openPipe();
    const start = link.ready();
    hangUp();
    await expect(start).rejects.toThrow("gone");
    expect(link.stops.abort.aborted).toBe(true);
  });

  it("carries a mistake with its code and hint, and a bug with its stack", async () => {
    const { link, heard } = openPipe();
    await link.failed(new RollcallError("disk-full", "The disk is full.", "Free some space.", 2));
    await link.failed(new TypeError("x is undefined"));
    expect(heard[0]).toEqual({
      kind: "failed",
      failure: {
        kind: "mistake",
        code: "disk-full",
        message: "The disk is full.",
        hint: "Free some space.",
        exitCode: 2,
      },
    });
    expect(JSON.stringify(heard[1])).toContain("TypeError: x is undefined");
  });
});
