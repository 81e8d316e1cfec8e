import { reasonOf } from "../../model/error.ts";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { KV } from "@nats-io/kv";
import type { JsMsg } from "@nats-io/jetstream";
import type { Plan } from "../../model/plan.ts";
import type { Bus } from "../bus/connection.ts";
import { openConversations } from "../bus/conversations.ts";
import { keepLease, TWO_BEATS, watchLeases } from "../bus/leases.ts";
import { PLACES_CONSUMER, PLACES_STREAM, runLease, runStream, saidSubject, workerLease } from "../bus/names.ts";
import { agreeOnKey, createKeyPair } from "../bus/seal.ts";
import { openShared } from "../bus/stores.ts";
import type { SpawnGenerator } from "../generator-handle.ts";
import { answerCalls } from "./answer-calls.ts";
import {
  type CoordinatorMessage,
  type CrewFinding,
  type Hello,
  type Place,
  placeSchema,
  type WorkerMessage,
} from "./messages.ts";
import { type Share, type StartResponder, takePart } from "./worker-run.ts";

const ASK_MS = 5_000;
const AGAIN_MS = 1_000;
/** In no run, a worker renews its lease for whoever asks who is there. */
const IDLE_LEASE_MS = 15_000;

export interface WorkerOptions {
  readonly bus: Bus;
  /** Unique to this process. */
  readonly worker: string;
  readonly facts: Omit<Hello, "worker" | "publicKey">;
  /** Folder of what it keeps. */
  readonly data: string;
  readonly spawn: SpawnGenerator;
  readonly monotonic: () => bigint;
  readonly examine: (plan: Plan, share: Share, stop: AbortSignal) => Promise<readonly CrewFinding[]>;
  readonly respond: StartResponder;
  readonly say: (text: string) => void;
  /** Called each time the bus has taken its renewal. */
  readonly onAlive: () => void;
}

/** Takes part in one run after the other until `stop`; what is running then is aborted and its results sent. */
export async function serveRuns(options: WorkerOptions, stop: AbortSignal): Promise<void> {
  const { bus, worker, facts, say } = options;
  const keys = createKeyPair();
  const hello: Hello = { ...facts, worker, publicKey: keys.publicKey };
  let run: string | undefined;
  let leaseMs = IDLE_LEASE_MS;
  let bucket = await openWhenThere(bus, stop);
  if (bucket === undefined) return;
  const ending = new AbortController();
  const lease = keepLease(
    bucket,
    workerLease(worker),
    () => ({ ...hello, run: run ?? null }),
    () => leaseMs,
    ending.signal,
    options.onAlive,
  );
  answerCalls({ bus, data: options.data, hello, keys, busyWith: () => run, say }, ending.signal);
  say(`waiting for a run, as ${facts.name} (${facts.cores} cores)`);

  while (!stop.aborted) {
    try {
      const message = await nextPlace(bus, stop);
      if (message === undefined) continue;
      const place = placeOf(message);
      // A place of a coordinator that is gone, or that this rollcall cannot read, is nobody's.
      if (place === undefined || (await bucket.get(runLease(place.run))) === null) {
        message.ack();
        continue;
      }
      run = place.run;
      leaseMs = place.leaseMs;
      lease.renew();
      await takePlace(place, message, bucket);
    } catch (error) {
      if (stop.aborted) break;
      say(`the bus does not answer as it should (${reasonOf(error)}); trying again`);
      await sleep(AGAIN_MS, undefined, { signal: stop }).catch(() => undefined);
      bucket = (await openWhenThere(bus, stop)) ?? bucket;
    } finally {
      run = undefined;
      leaseMs = IDLE_LEASE_MS;
      lease.renew();
    }
  }
  ending.abort();
  // A bus that is gone keeps nobody here.
  await Promise.race([lease.ended, sleep(bus.pace.tidyUp, undefined, { ref: false })]);

  async function takePlace(place: Place, message: JsMsg, leases: KV): Promise<void> {
    const over = new AbortController();
    // Its coordinator may leave at this moment, and take the run's stream along: that would be waited for for ever.
    const leave = (): void => over.abort();
    stop.addEventListener("abort", leave, { once: true });
    try {
      const watch = await watchLeases(
        {
          bus,
          bucket: leases,
          keys: runLease(place.run),
          leaseMs: place.leaseMs,
          now: nowMs(options.monotonic),
          grace: TWO_BEATS,
        },
        over.signal,
      );
      const lapsed = watch.lapsed(runLease(place.run));
      let joined = false;
      void lapsed.then(() => joined || leave());
      const talks = await openConversations(bus, place.run, `to.${worker}`, over.signal);
      joined = true;
      stop.removeEventListener("abort", leave);
      if (over.signal.aborted) {
        // One that stops leaves its place to another worker.
        if (stop.aborted) message.nak();
        else message.ack();
        talks.close();
        return;
      }
      const key = agreeOnKey(keys, place.coordinator, `run ${place.run}`);
      const channel = talks.open<WorkerMessage, CoordinatorMessage>({
        says: `from.${worker}`,
        hears: `to.${worker}`,
        key,
        lapsed,
      });
      await bus.js.publish(saidSubject(place.run, `hello.${worker}`), JSON.stringify(hello), {
        msgID: `hello ${worker} ${runStream(place.run)}`,
      });
      message.ack();
      say(`run ${place.run}: taking part`);
      let how = "";
      void channel.gone.then((text) => {
        how = ` (its coordinator: ${text})`;
      });
      const end = await takePart(
        {
          bus,
          run: place.run,
          worker,
          name: facts.name,
          keys,
          coordinator: place.coordinator,
          key,
          channel,
          folder: join(options.data, place.run),
          spawn: options.spawn,
          monotonic: options.monotonic,
          examine: options.examine,
          respond: options.respond,
          say: (text) => say(`run ${place.run}: ${text}`),
        },
        stop,
      );
      const kept = `its results are kept in ${join(options.data, place.run)} until \`rollcall collect\` fetches them`;
      const ends = {
        released: "over",
        "not-begun": "over, without a load",
        kept: `over for this worker${how}; ${kept}`,
      };
      say(`run ${place.run}: ${ends[end]}`);
      // Its last word may be for a bus that is gone: the next run does not wait for that.
      await Promise.race([channel.close(), sleep(bus.pace.tidyUp, undefined, { ref: false })]);
      talks.close();
    } finally {
      stop.removeEventListener("abort", leave);
      over.abort();
    }
  }
}

export function nowMs(monotonic: () => bigint): () => number {
  return () => Number(monotonic() / 1_000n) / 1_000;
}

async function openWhenThere(bus: Bus, stop: AbortSignal): Promise<KV | undefined> {
  while (!stop.aborted) {
    const bucket = await openShared(bus).catch(() => undefined);
    if (bucket !== undefined) return bucket;
    await sleep(AGAIN_MS, undefined, { signal: stop }).catch(() => undefined);
  }
  return undefined;
}

/** Undefined: there is none at present. */
async function nextPlace(bus: Bus, stop: AbortSignal): Promise<JsMsg | undefined> {
  const consumer = await bus.js.consumers.get(PLACES_STREAM, PLACES_CONSUMER);
  const asked = consumer.next({ expires: ASK_MS });
  const stopped = new Promise<null>((resolve) => stop.addEventListener("abort", () => resolve(null), { once: true }));
  return (await Promise.race([asked, stopped])) ?? undefined;
}

function placeOf(message: JsMsg): Place | undefined {
  try {
    return placeSchema.safeParse(message.json()).data;
  } catch {
    return undefined;
  }
}
