import { type KV, Kvm } from "@nats-io/kv";
import { type ObjectInfo, type ObjectStore, Objm, setSha256Backend } from "@nats-io/obj";
import { AckPolicy, DiscardPolicy, RetentionPolicy, StorageType } from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { Bus } from "./connection.ts";
import { ALIVE_BUCKET, PLACES_CONSUMER, PLACES_STREAM, placeSubject, runBucket, runStream } from "./names.ts";

// The client's own SHA-256 is written in JavaScript, for browsers: a sixth of what a worker costs beside its generators.
setSha256Backend("native");

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A key that nobody renews goes after this; well above every lease, which is noticed by timing. */
const ALIVE_MS = 10 * MINUTE_MS;
/** A place of a coordinator that died. */
const PLACE_MS = 60 * MINUTE_MS;
/** A worker that takes a place says so at once; a place that nobody owned up to is given again. */
const PLACE_ACK_MS = 10_000;
/** What nobody fetched: a week is long enough for a weekend in between. */
const RESULTS_MS = 7 * DAY_MS;

/** Makes what all runs share, if it is not there. */
export async function openShared(bus: Bus): Promise<KV> {
  await bus.manager.streams.add({
    name: PLACES_STREAM,
    subjects: [placeSubject("*")],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
    max_age: nanos(PLACE_MS),
  });
  await bus.manager.consumers.add(PLACES_STREAM, {
    durable_name: PLACES_CONSUMER,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(PLACE_ACK_MS),
  });
  return new Kvm(bus.js).create(ALIVE_BUCKET, { history: 1, ttl: ALIVE_MS, storage: StorageType.File });
}

/** The stores of one run: its conversations and its objects. */
export async function makeRunStores(bus: Bus, run: string): Promise<ObjectStore> {
  await bus.manager.streams.add({
    name: runStream(run),
    subjects: [`rollcall.run.${run}.said.>`],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    storage: StorageType.File,
    max_age: nanos(DAY_MS),
  });
  return openRunObjects(bus, run);
}

/** Made where it is missing: after a crash of the bus, results still have to go somewhere. */
export function openRunObjects(bus: Bus, run: string): Promise<ObjectStore> {
  return new Objm(bus.js).create(runBucket(run), { ttl: nanos(RESULTS_MS), storage: StorageType.File });
}

/**
 * To the last trace: NATS's own client leaves a note in its place, which every later list has to read, and an hour of a
 * run on many workers has a hundred thousand. Subjects as in NATS's ADR-20 (JetStream based object stores).
 */
export async function deleteObject(bus: Bus, { bucket, name, nuid }: ObjectInfo): Promise<void> {
  const encoded = Buffer.from(name).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
  await bus.manager.streams.purge(`OBJ_${bucket}`, { filter: `$O.${bucket}.M.${encoded}` });
  await bus.manager.streams.purge(`OBJ_${bucket}`, { filter: `$O.${bucket}.C.${nuid}` });
}

export async function deleteRunStream(bus: Bus, run: string): Promise<void> {
  await bus.manager.streams.delete(runStream(run)).catch(() => false);
}

export async function deleteRunObjects(bus: Bus, run: string): Promise<void> {
  await new Objm(bus.js)
    .open(runBucket(run))
    .then((store) => store.destroy())
    .catch(() => false);
}

/** So that one worker takes it; gives its number in the stream. */
export async function offerPlace(bus: Bus, run: string, place: unknown): Promise<number> {
  return (await bus.js.publish(placeSubject(run), JSON.stringify(place))).seq;
}

/**
 * Those of them that nobody has taken yet. Each by its number: where a subject is purged nats-server 2.9 to 2.9.11 goes past all
 * that its readers have not had yet, and the places of other runs would be nobody's.
 */
export async function withdrawPlaces(bus: Bus, places: readonly number[]): Promise<void> {
  await Promise.all(
    places.map((place) => bus.manager.streams.deleteMessage(PLACES_STREAM, place, false).catch(() => false)),
  );
}
