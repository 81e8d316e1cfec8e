import { setTimeout as sleep } from "node:timers/promises";
import type { KV } from "@nats-io/kv";
import type { ObjectStore } from "@nats-io/obj";
import { EXIT, RollcallError } from "../../model/error.ts";
import type { Bus } from "../bus/connection.ts";
import { type Conversations, openConversations } from "../bus/conversations.ts";
import { answerClock } from "../bus/clock-service.ts";
import { followStream } from "../bus/follow.ts";
import { AS_LONG, keepLease, type LeaseWatch, watchLeases } from "../bus/leases.ts";
import { runLease, runStream, saidSubject, workerLease } from "../bus/names.ts";
import { agreeOnKey, createKeyPair, type KeyPair } from "../bus/seal.ts";
import {
  deleteRunObjects,
  deleteRunStream,
  makeRunStores,
  offerPlace,
  openShared,
  withdrawPlaces,
} from "../bus/stores.ts";
import type { Channel } from "../channel.ts";
import { helloText } from "./hello-text.ts";
import { type CoordinatorMessage, type Hello, helloSchema, type Place, type WorkerMessage } from "./messages.ts";
import { nowMs } from "./worker.ts";

/** A worker that has come, and the way to talk to it. */
export interface Recruit {
  readonly hello: Hello;
  readonly channel: Channel<CoordinatorMessage, WorkerMessage>;
}

/** The coordinator's side of one run on the bus. */
export interface Muster {
  readonly bus: Bus;
  readonly run: string;
  readonly keys: KeyPair;
  readonly store: ObjectStore;
  readonly leases: LeaseWatch;
  readonly recruits: readonly Recruit[];
  readonly keyWith: (publicKey: string) => Uint8Array;
  /** The lease is given up, and what is on the bus for this run deleted; its objects only if all were fetched. */
  readonly disband: (options: { readonly keepObjects: boolean }) => Promise<void>;
}

export interface MusterOptions {
  readonly bus: Bus;
  readonly run: string;
  readonly wanted: number;
  readonly rollcall: string;
  readonly leaseMs: number;
  readonly monotonic: () => bigint;
  readonly onNote: (text: string) => void;
}

/**
 * Offers places and waits until they are taken. Throws RollcallError "mixed-versions"; "interrupted" when `stop` is
 * aborted before.
 */
export async function musterWorkers(options: MusterOptions, stop: AbortSignal): Promise<Muster> {
  const { bus, run, wanted, leaseMs, monotonic } = options;
  const keys = createKeyPair();
  const over = new AbortController();
  const bucket: KV = await openShared(bus);
  const store = await makeRunStores(bus, run);
  const lease = keepLease(
    bucket,
    runLease(run),
    () => ({ wanted }),
    () => leaseMs,
    over.signal,
  );
  const talks: Conversations = await openConversations(bus, run, "from.*", over.signal);
  answerClock(bus, run, monotonic, over.signal);
  const leases = await watchLeases(
    { bus, bucket, keys: "worker.*", leaseMs, now: nowMs(monotonic), grace: AS_LONG },
    over.signal,
  );
  const keyWith = (publicKey: string): Uint8Array => agreeOnKey(keys, publicKey, `run ${run}`);
  const recruits: Recruit[] = [];
  let mustered = false;
  let leaving = false;

  const offered: number[] = [];
  const offer = async (): Promise<void> => {
    const place: Place = { run, rollcall: options.rollcall, coordinator: keys.publicKey, leaseMs };
    offered.push(await offerPlace(bus, run, place));
  };

  const tidyUp = async (keepObjects: boolean): Promise<void> => {
    // Who is let go leaves no place that anybody should take: its run is over before it has begun.
    leaving = true;
    await Promise.all(recruits.map(({ channel }) => channel.close()));
    over.abort();
    await lease.ended;
    await withdrawPlaces(bus, offered);
    await deleteRunStream(bus, run);
    if (!keepObjects) await deleteRunObjects(bus, run);
  };

  const disband = async ({ keepObjects }: { readonly keepObjects: boolean }): Promise<void> => {
    // A bus that is gone keeps nobody here: what is left on it goes by its age.
    await Promise.race([tidyUp(keepObjects).catch(() => undefined), sleep(bus.pace.tidyUp, undefined, { ref: false })]);
    over.abort();
    talks.close();
  };

  const complete = Promise.withResolvers<void>();
  // It may be told to stop before it is waited for.
  complete.promise.catch(() => undefined);
  await followStream(
    bus,
    runStream(run),
    saidSubject(run, "hello.*"),
    (_subject, data) => {
      const hello = readHello(data);
      if (hello === undefined || recruits.some((each) => each.hello.worker === hello.worker)) return;
      const surplus = recruits.length === wanted;
      if (!surplus && hello.rollcall !== options.rollcall) {
        complete.reject(mixedVersions(hello, options.rollcall));
        return;
      }
      const lapsed = leases.lapsed(workerLease(hello.worker));
      const channel = talks.open<CoordinatorMessage, WorkerMessage>({
        says: `to.${hello.worker}`,
        hears: `from.${hello.worker}`,
        key: keyWith(hello.publicKey),
        lapsed,
      });
      if (surplus) {
        channel.say({ kind: "release", files: [] });
        return;
      }
      recruits.push({ hello, channel });
      options.onNote(`${helloText(hello)} (${recruits.length} of ${wanted})`);
      if (recruits.length === wanted) complete.resolve();
      void channel.gone.then((how) => {
        const index = recruits.findIndex((each) => each.hello.worker === hello.worker);
        if (mustered || leaving || index < 0 || over.signal.aborted) return;
        recruits.splice(index, 1);
        options.onNote(`${hello.name} is gone before the start: ${how}; its place is free again`);
        void offer().catch(() => undefined);
      });
    },
    over.signal,
  );
  const stopped = (): void => complete.reject(interrupted(recruits.length, wanted));
  if (stop.aborted) stopped();
  else stop.addEventListener("abort", stopped, { once: true });
  try {
    for (let place = 0; place < wanted; place += 1) await offer();
    await complete.promise;
    mustered = true;
  } catch (error) {
    await disband({ keepObjects: false });
    throw error;
  } finally {
    stop.removeEventListener("abort", stopped);
  }
  return { bus, run, keys, store, leases, recruits, keyWith, disband };
}

function readHello(data: Uint8Array): Hello | undefined {
  try {
    return helloSchema.safeParse(JSON.parse(new TextDecoder().decode(data))).data;
  } catch {
    return undefined;
  }
}

function mixedVersions({ name, rollcall }: Hello, own: string): RollcallError {
  return new RollcallError(
    "mixed-versions",
    `The worker ${name} runs rollcall ${rollcall}, this one is ${own}: their figures cannot be added up.`,
    "Run the same version everywhere.",
    EXIT.usage,
  );
}

function interrupted(came: number, wanted: number): RollcallError {
  return new RollcallError(
    "workers-missing",
    `${came} of ${wanted} workers had come.`,
    "Start `rollcall worker --bus …` on each machine, ask for fewer with --workers, or wait longer with --wait.",
    EXIT.usage,
  );
}
