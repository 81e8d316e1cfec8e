import { DeliverPolicy } from "@nats-io/jetstream";
import type { KV, KvWatchEntry } from "@nats-io/kv";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bus } from "./connection.ts";

/*
 * Readers of a stream and of a bucket that come back at once after the connection did. NATS's own ones wait for heartbeats
 * that stay out, which takes up to a minute: longer than any lease.
 */

const AGAIN_MS = 250;
const PULL_MS = 30_000;
const HEARTBEAT_MS = 2_000;

/** Every message of `subjects` in `stream`, in order and once, until `stop`. */
export function followStream(
  bus: Bus,
  stream: string,
  subjects: string,
  take: (subject: string, data: Uint8Array) => void,
  stop: AbortSignal,
): Promise<void> {
  let next = 1;
  return reopened(
    bus,
    async (over) => {
      const consumer = await bus.js.consumers.get(stream, {
        filter_subjects: subjects,
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: next,
      });
      const messages = await consumer.consume({
        expires: PULL_MS,
        idle_heartbeat: HEARTBEAT_MS,
        callback(message) {
          if (over.aborted || message.seq < next) return;
          next = message.seq + 1;
          take(message.subject, message.data);
        },
      });
      over.addEventListener("abort", () => void messages.close().catch(() => undefined), { once: true });
    },
    stop,
  );
}

/** The latest value of every key that matches, and every change, until `stop`; a value may come twice. */
export function followKeys(
  bus: Bus,
  bucket: KV,
  key: string,
  take: (entry: KvWatchEntry) => void,
  stop: AbortSignal,
): Promise<void> {
  return reopened(
    bus,
    async (over) => {
      const entries = await bucket.watch({ key });
      over.addEventListener("abort", () => entries.stop(), { once: true });
      void (async () => {
        for await (const entry of entries) {
          if (over.aborted) return;
          take(entry);
        }
      })().catch(() => undefined);
    },
    stop,
  );
}

/** Opens a reader, and again each time the connection has come back; resolves when the first one is open. */
export function reopened(bus: Bus, open: (over: AbortSignal) => Promise<void>, stop: AbortSignal): Promise<void> {
  const first = Promise.withResolvers<void>();
  let current = new AbortController();

  async function openUntilItWorks(): Promise<void> {
    current.abort();
    const mine = new AbortController();
    current = mine;
    const over = AbortSignal.any([mine.signal, stop]);
    while (!over.aborted) {
      const opened = await open(over).then(
        () => true,
        () => false,
      );
      if (opened) first.resolve();
      if (opened) return;
      await sleep(AGAIN_MS, undefined, { signal: over }).catch(() => undefined);
    }
    first.resolve();
  }

  void (async () => {
    for await (const status of bus.nats.status()) {
      if (stop.aborted) return;
      if (status.type === "reconnect") void openUntilItWorks();
    }
  })().catch(() => undefined);
  void openUntilItWorks();
  return first.promise;
}
