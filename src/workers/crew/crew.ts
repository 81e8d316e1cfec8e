import type { ClockReading } from "../../model/clock-reading.ts";
import type { Issued } from "../../model/entry.ts";
import type { Plan } from "../../model/plan.ts";
import type { Secret } from "../../model/secret.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { RollcallError } from "../../model/error.ts";
import { fetchResults, type ResultFetcher } from "../bus/fetch-results.ts";
import { workerLease } from "../bus/names.ts";
import { createContentKey } from "../bus/seal.ts";
import { endSaidBy, type GeneratorEnd, type GeneratorHandle } from "../generator-handle.ts";
import { type GeneratorPool, type Hears, type PoolOptions, type PoolTime, startPool } from "../pool.ts";
import { describeFailure } from "../protocol.ts";
import { awaitResults } from "./await-results.ts";
import { putBackground } from "./background-object.ts";
import { putCalled } from "./called-object.ts";
import { keepCrewFile } from "./crew-file.ts";
import type { Brief, ClockQuality, CrewFinding, Hello, Member, WorkerMessage } from "./messages.ts";
import type { Muster, Recruit } from "./muster.ts";
import { putPlan } from "./plan-object.ts";
import { dealShards, shareOut } from "./share-out.ts";

export interface CrewOptions {
  readonly muster: Muster;
  /** `generators` is a number by now. */
  readonly plan: Plan & { readonly generators: number };
  /** Contents of the files that the plan names, by path. */
  readonly files: Readonly<Record<string, Secret>>;
  readonly simulated: boolean;
  /** Snapshots have what metrics need. */
  readonly metered?: boolean;
  /** See Brief. */
  readonly responders?: boolean | undefined;
  /** The roll of an earlier run, for a plan that asks for no device; undefined: of what the run itself is told. */
  readonly recall?:
    | { readonly run: string; readonly issued: AsyncIterable<Issued>; readonly total: number }
    | undefined;
  /** Devices of an earlier run that publish behind the load, in their order; undefined: there are none. */
  readonly background?: readonly Issued[] | undefined;
  /** So many generators on each; undefined: by cores. */
  readonly perWorker: number | undefined;
}

/** Workers that have their share of the plan and are ready to start. */
export interface Crew {
  readonly members: readonly Member[];
  /** What each one's machine has and lacks, before anything was sent; in the order of the members. */
  readonly examined: readonly ExaminedMember[];
  start(options: CrewStart): GeneratorPool;
  /** After the pool is done: waits for what is still under way, as long as it comes. Gives the files that are not whole. */
  collect(stop: AbortSignal): Promise<readonly string[]>;
}

export interface ExaminedMember {
  readonly name: string;
  readonly limits: Pick<Hello, "openFiles" | "ports" | "memoryBytes">;
  readonly clock: ClockQuality;
  readonly findings: readonly CrewFinding[];
}

export interface CrewStart {
  readonly folder: string;
  readonly onLoss: "go-on" | "stop";
  readonly time: PoolTime;
  onSnapshot(snapshot: Snapshot): void;
  /** A reading of a worker's clock, by the worker's name. */
  onClock(name: string, reading: ClockReading): void;
  readonly onGone?: PoolOptions["onGone"];
  onNote(text: string): void;
}

interface Hand {
  readonly recruit: Recruit;
  readonly member: Member;
  readonly ears: Map<number, (message: WorkerMessage) => void>;
  onClock: (reading: ClockReading) => void;
  readonly prepared: Promise<Prepared>;
  /** It may leave: nothing more is expected of it. */
  released: boolean;
  /** Its conversation has ended. It may come back to the bus, but not to this run: it has stopped, and keeps its results for `collect`. */
  lost: boolean;
}

type Prepared = Extract<WorkerMessage, { kind: "prepared" }> | { readonly kind: "refused"; readonly why: string };

/** Briefs every worker and waits until each has looked at its machine. Throws RollcallError "worker-refused". */
export async function briefCrew(options: CrewOptions): Promise<Crew> {
  const { muster, plan, simulated } = options;
  const { recruits, store } = muster;
  const shares =
    options.perWorker === undefined
      ? shareOut(
          plan.generators,
          recruits.map(({ hello }) => hello),
        )
      : recruits.map(() => options.perWorker ?? 1);
  const hands = dealShards(shares).map((shards, index) => createHand(recruits[index] as Recruit, shards));
  const planKey = createContentKey();
  const sealed = { store, key: planKey, run: plan.runId };
  await putPlan(sealed, { plan, files: options.files });
  const { recall, background } = options;
  if (background !== undefined) await putBackground(sealed, background, plan.generators);
  if (recall !== undefined) await putCalled(sealed, { ...recall, generators: plan.generators });

  const examined = await Promise.all(
    hands.map(async (hand): Promise<ExaminedMember> => {
      const answer = await briefOne(hand, {
        planKey: Buffer.from(planKey).toString("base64"),
        count: plan.generators,
        simulated,
        metered: options.metered,
        responder: options.responders,
        recall: recall?.run,
      });
      if (answer.kind === "prepared") {
        const { findings, clock } = answer;
        return { name: hand.member.name, limits: hand.recruit.hello, clock, findings };
      }
      throw new RollcallError("worker-refused", `The worker ${hand.member.name} cannot take part: ${answer.why}`, "");
    }),
  );
  const slowest = Math.max(...examined.map(({ clock }) => clock.roundTripMs));
  let fetcher: Promise<ResultFetcher> | undefined;
  let folder = "";
  let noting: Promise<void> = Promise.resolve();

  return {
    members: hands.map(({ member }) => member),
    examined,
    start(start) {
      folder = start.folder;
      const files = hands.flatMap(({ member }) => filesOf(member));
      // Written before anything is asked of the target: from here on there may be results to fetch after a crash.
      const noted = keepCrewFile(folder, { run: muster.run, keys: muster.keys, files });
      fetcher = noted.then(() => fetchInto(start));
      fetcher.catch((error: unknown) => start.onNote(`results cannot be fetched: ${String(error)}`));
      const byShard = new Map(hands.flatMap((hand) => hand.member.shards.map((shard) => [shard, hand] as const)));
      const pool = startPool({
        count: plan.generators,
        open: (index, hears) => openRemote(index, byShard.get(index) as Hand, hears),
        // Two ways over the bus, and the processes at both ends.
        margins: () => ({ startMs: 400 + 4 * slowest, goUs: (100 + 4 * slowest) * 1_000 }),
        onLost: start.onLoss,
        onFailed: start.onLoss,
        time: start.time,
        onSnapshot: (snapshot) => start.onSnapshot(snapshot),
        onGone: start.onGone,
        onNote: (text) => start.onNote(text),
      });
      void noted.then(
        () => {
          for (const { recruit } of hands) recruit.channel.say({ kind: "launch" });
        },
        () => pool.abort(),
      );
      for (const hand of hands) {
        hand.onClock = (reading) => start.onClock(hand.member.name, reading);
        void hand.recruit.channel.gone.then((how) => {
          hand.lost = true;
          if (!hand.released) start.onNote(`worker ${hand.member.name} is lost: ${how}`);
        });
      }
      return pool;
    },
    collect,
  };

  function fetchInto(start: CrewStart): Promise<ResultFetcher> {
    const owners = new Map(hands.map(({ member }) => [member.worker, new Set(filesOf(member))]));
    const publicKeys = new Map(hands.map(({ recruit: { hello } }) => [hello.worker, hello.publicKey]));
    return fetchResults({
      bus: muster.bus,
      store,
      folder: start.folder,
      keyOf: (sender, publicKey) => (publicKeys.get(sender) === publicKey ? muster.keyWith(publicKey) : undefined),
      mayBring: (sender, file) => owners.get(sender)?.has(file) ?? false,
      onTrouble: (text) => start.onNote(`results: ${text}`),
    });
  }

  async function collect(until: AbortSignal): Promise<readonly string[]> {
    const fetching = await fetcher;
    if (fetching === undefined) return [];
    await Promise.all(
      hands.map(async (hand) => {
        const files = filesOf(hand.member);
        const { pace } = muster.bus;
        await awaitResults({ fetcher: fetching, files, pace, patience: () => patienceWith(hand) }, until);
        hand.released = true;
        // Before the worker may delete its own: what is noted as missing is there to be asked for.
        await noteMissing(fetching);
        hand.recruit.channel.say({ kind: "release", files: files.filter((file) => fetching.whole.has(file)) });
        await Promise.race([hand.recruit.channel.flush(), hand.recruit.channel.gone]);
      }),
    );
    await fetching.close();
    return noteMissing(fetching);
  }

  function noteMissing({ whole }: ResultFetcher): Promise<readonly string[]> {
    const missing = hands.flatMap(({ member }) => filesOf(member)).filter((file) => !whole.has(file));
    const noted = noting.then(() => keepCrewFile(folder, { run: muster.run, keys: muster.keys, files: missing }));
    noting = noted.catch(() => undefined);
    return noted.then(() => missing);
  }

  /** One that still lives may take its time; of one that is lost, only what is on the bus is waited for. */
  function patienceWith({ lost, member }: Hand): number {
    const { quiet, quietOfLost } = muster.bus.pace;
    return !lost && muster.leases.isAlive(workerLease(member.worker)) ? quiet : quietOfLost;
  }
}

/** Both of each generator; what a generator never wrote is there with no bytes. */
function filesOf({ shards }: Member): readonly string[] {
  return shards.flatMap((shard) => [`roster-${shard}.ndjson`, `journal-${shard}.ndjson`]);
}

function createHand(recruit: Recruit, shards: readonly number[]): Hand {
  const { worker, name, host, cores, rollcall, node, cpu, memoryBytes, os } = recruit.hello;
  const member = { worker, name, host, cores, rollcall, node, machine: { cores, cpu, memoryBytes, os }, shards };
  const early = Promise.withResolvers<Prepared>();
  const hand: Hand = {
    recruit,
    member,
    ears: new Map(),
    onClock: () => undefined,
    prepared: early.promise,
    released: false,
    lost: false,
  };
  recruit.channel.hear((message) => {
    switch (message.kind) {
      case "prepared":
        early.resolve(message);
        return;
      case "refused":
        early.resolve({ kind: "refused", why: describeFailure(message.failure) });
        return;
      case "heard":
      case "complaint":
      case "ended":
        hand.ears.get(message.generator)?.(message);
        return;
      case "clock":
        hand.onClock(message.reading);
        return;
      case "sent":
        // The fetcher sees by the digests when all is here.
        return;
    }
  });
  return hand;
}

async function briefOne({ recruit, member, prepared }: Hand, plan: Omit<Brief, "shards">): Promise<Prepared> {
  recruit.channel.say({ kind: "brief", brief: { ...plan, shards: member.shards } });
  const lost = recruit.channel.gone.then((why): Prepared => ({ kind: "refused", why }));
  return Promise.race([prepared, lost]);
}

/** A generator on a worker, as its pool sees it. */
function openRemote(index: number, { recruit, member, ears }: Hand, hears: Hears): GeneratorHandle {
  const { channel } = recruit;
  const ended = Promise.withResolvers<GeneratorEnd>();
  let said: GeneratorEnd | undefined;
  ears.set(index, (message) => {
    switch (message.kind) {
      case "heard":
        said ??= endSaidBy(index, message.message);
        hears.onMessage(message.message);
        return;
      case "complaint":
        hears.onErrorOutput(message.line);
        return;
      case "ended":
        ended.resolve(said ?? { index, state: "lost", how: `${message.how}, on ${member.name}` });
        return;
      case "prepared":
      case "refused":
      case "clock":
      case "sent":
        return;
    }
  });
  void channel.gone.then((how) => ended.resolve(said ?? { index, state: "lost", how: `${how} (${member.name})` }));
  return {
    pid: undefined,
    ended: ended.promise,
    send: (message) => channel.say({ kind: "tell", generator: index, message }),
    // Out of reach: the worker kills what does not obey, and stops by itself when nobody renews the lease.
    kill: () => channel.say({ kind: "tell", generator: index, message: { kind: "abort" } }),
  };
}
