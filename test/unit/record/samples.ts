import type { Entry } from "../../../src/model/entry.ts";
import type { Clock } from "../../../src/model/ports.ts";
import { seq, type Us, us } from "../../../src/model/units.ts";
import type { JournalHeader } from "../../../src/record/journal-line.ts";

/** A clock that stands still until somebody sleeps, then is where they wanted to be. */
export function createVirtualTime(start: Us): Clock {
  let now = start;
  return {
    now: () => now,
    sleepUntil: async (t) => {
      now = us(Math.max(now, t));
    },
  };
}

export function header(index: number, count: number): JournalHeader {
  return {
    kind: "header",
    version: 1,
    runId: "abc123",
    planHash: "00ff",
    shard: { index, count },
    startedAt: "2026-11-25T03:15:00.000Z",
    rollcall: "0.1.0",
    node: "v24.0.0",
    machine: { cores: 2, cpu: "test", memoryBytes: 8e9, os: "linux" },
    simulated: true,
  };
}

/** An outcome of one device that started when intended, was sent 200 us later and answered after `roundTrip`. */
export function provisioned(
  index: number,
  {
    name = `device ${index}`,
    roundTrip = 1_000,
    intended = 0,
  }: { name?: string; roundTrip?: number; intended?: number } = {},
): Entry {
  return {
    kind: "outcome",
    outcome: {
      seq: seq(index),
      name,
      phase: 0,
      intended: us(intended),
      started: us(intended),
      marks: {
        connected: us(intended + 50),
        accepted: us(intended + 100),
        sent: us(intended + 200),
        answered: us(intended + 200 + roundTrip),
      },
      ended: us(intended + 300 + roundTrip),
      result: { state: "provisioned", credentialsType: "ACCESS_TOKEN" },
      misbehaviour: undefined,
    },
  };
}

/** All of an async iterable. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
