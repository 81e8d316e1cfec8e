import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/model/plan.ts";
import { spawnGenerator } from "../../../src/workers/generator-handle.ts";
import { startGenerators } from "../../../src/workers/pool.ts";

const entry = new URL("scripted-generator.ts", import.meta.url);
const time = { monotonic: () => process.hrtime.bigint(), wall: () => Date.now() };

/** Generators that follow `script`, one part a generator (see scripted-generator.ts). */
function start(script: string) {
  const notes: string[] = [];
  const gone: number[] = [];
  const waiters: { readonly text: string; readonly found: () => void }[] = [];
  const pool = startGenerators({
    count: script.split(",").length,
    spawn: (spawning) => spawnGenerator({ entry, env: {}, nodeOptions: [] }, spawning),
    init: { plan: { name: script } as Plan, folder: "/nowhere", simulated: true },
    time,
    onSnapshot: () => undefined,
    onGone: (index) => void gone.push(index),
    onNote(text) {
      notes.push(text);
      for (const waiter of waiters) if (text.includes(waiter.text)) waiter.found();
    },
  });
  const noted = (text: string): Promise<void> =>
    new Promise((found) => {
      waiters.push({ text, found });
      if (notes.some((note) => note.includes(text))) found();
    });
  return { pool, notes, gone, noted };
}

describe("generator pool", () => {
  it("starts all at one agreed time that lies ahead", async () => {
    const { pool, notes } = start("pass,pass");
    expect(await pool.done).toEqual([
      { index: 0, state: "complete" },
      { index: 1, state: "complete" },
    ]);
    const starts = notes.filter((note) => note.includes("start")).map((note) => note.replace(/^generator \d: /, ""));
    expect(starts).toHaveLength(2);
    expect(new Set(starts).size).toBe(1);
    expect(notes.filter((note) => note.includes("phase 0 at")).map((note) => note.slice(-5))).toEqual([
      "ahead",
      "ahead",
    ]);
  });

  it("opens a barrier when a generator dies in front of it, and says that it died", async () => {
    const { pool, notes, gone } = start("pass pass,pass die");
    const ends = await pool.done;
    expect(ends[0]).toEqual({ index: 0, state: "complete" });
    expect(ends[1]).toEqual({ index: 1, state: "lost", how: "signal SIGKILL" });
    expect(gone).toEqual([1]);
    expect(notes.filter((note) => note.startsWith("generator 1 died: signal SIGKILL"))).toHaveLength(1);
  });

  it("starts without one that died before it was ready", async () => {
    const { pool } = start("die-early,pass");
    expect((await pool.done).map((end) => end.state)).toEqual(["lost", "complete"]);
  });

  it("stops the others when one fails and says why", async () => {
    const { pool, notes, gone } = start("fail,wait-for-drain");
    const ends = await pool.done;
    expect(ends[0]).toMatchObject({ state: "failed", failure: { code: "disk-full", hint: "Free some space." } });
    expect(ends[1]).toEqual({ index: 1, state: "interrupted" });
    expect(gone).toEqual([0]);
    expect(notes).toContain("generator 0 failed: The disk is full. Free some space.");
  });

  it("passes on drain and abort, and standard error as notes", async () => {
    const { pool, notes, noted } = start("complain wait-for-drain");
    await noted("start");
    pool.drain();
    expect(await pool.done).toEqual([{ index: 0, state: "interrupted" }]);
    expect(notes).toContain("generator 0: something is odd");
    expect(notes).toContain("generator 0: drained, aborted false");
  });

  it("keeps Ctrl-C of a terminal away from its generators: each leads a process group of its own", async () => {
    const { pool, noted } = start("wait-for-drain");
    await noted("start");
    const group = await new Promise<string>((resolve) => {
      execFile("ps", ["-o", "pgid=", "-p", String(pool.pids[0])], (_error, stdout) => resolve(stdout.trim()));
    });
    expect(group).toBe(String(pool.pids[0]));
    pool.abort();
    await pool.done;
  });

  it("can kill one that is deaf", async () => {
    const { pool, noted } = start("hang");
    await noted("start");
    await sleep(0);
    pool.kill();
    expect(await pool.done).toEqual([{ index: 0, state: "lost", how: "signal SIGKILL" }]);
  });
});
