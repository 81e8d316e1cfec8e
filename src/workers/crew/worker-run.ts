import { mkdir, writeFile } from "node:fs/promises";
import { setInterval as ticks, setTimeout as sleep } from "node:timers/promises";
import { isThere } from "../../model/background.ts";
import type { Plan } from "../../model/plan.ts";
import { us } from "../../model/units.ts";
import type { Bus } from "../bus/connection.ts";
import { createRemoteClock } from "../bus/clock-service.ts";
import { sendResults } from "../bus/send-results.ts";
import { openRunObjects } from "../bus/stores.ts";
import type { Channel } from "../channel.ts";
import type { GeneratorHandle, SpawnGenerator } from "../generator-handle.ts";
import { failureOf, type GeneratorMessage } from "../protocol.ts";
import type { KeyPair } from "../bus/seal.ts";
import { getBackground } from "./background-object.ts";
import { getCalled } from "./called-object.ts";
import { backgroundPath, calledPath, forgetResults, keepNote, type KeptRun } from "./kept-results.ts";
import type { Brief, CoordinatorMessage, CrewFinding, WorkerMessage } from "./messages.ts";
import { intoOwnFolder, withOwnFiles } from "./own-folder.ts";
import { getPlan } from "./plan-object.ts";
import { createTranslator, toUs, toUsUp } from "./translate.ts";

/** A generator that has not ended so long after an abort is stuck, and killed. */
const ABORT_GRACE_MS = 15_000;
const MEASURE_MS = 10_000;
const NS_PER_MS = 1e6;

export interface WorkerRunDeps {
  readonly bus: Bus;
  readonly run: string;
  readonly worker: string;
  readonly name: string;
  readonly keys: KeyPair;
  readonly coordinator: string;
  /** Shared with the coordinator. */
  readonly key: Uint8Array;
  readonly channel: Channel<WorkerMessage, CoordinatorMessage>;
  /** For this run alone; made here. */
  readonly folder: string;
  /** A generator of its own process; another one only where there is none. */
  readonly spawn: SpawnGenerator;
  readonly monotonic: () => bigint;
  readonly examine: (plan: Plan, share: Share, stop: AbortSignal) => Promise<readonly CrewFinding[]>;
  readonly respond: StartResponder;
  readonly say: (text: string) => void;
}

/**
 * Starts a simulator on this machine that answers a plan at once, and knows the devices of these rosters; gives the plan, aimed
 * at it.
 */
export type StartResponder = (plan: Plan, rosters: readonly string[]) => Promise<Disposable & { readonly plan: Plan }>;

/** So many of the run's generators are here. */
export interface Share {
  readonly own: number;
  readonly of: number;
}

/** "not-begun": there was no load here: a worker was missing or another version, something was wrong, or it was only asked. */
export type WorkerRunEnd = "released" | "kept" | "not-begun";

/**
 * A worker's part in one run, from its brief until the coordinator has its results. When the coordinator is gone, or
 * `stop` says so, the generators are aborted: a load never outlives its owner. What was not fetched is kept.
 */
export async function takePart(deps: WorkerRunDeps, stop: AbortSignal): Promise<WorkerRunEnd> {
  const { bus, run, channel, folder } = deps;
  const gone = new AbortController();
  void channel.gone.then((how) => gone.abort(how));
  const over = AbortSignal.any([gone.signal, stop]);
  const briefed = Promise.withResolvers<Brief>();
  const launched = Promise.withResolvers<void>();
  const released = Promise.withResolvers<readonly string[]>();
  const handles = new Map<number, GeneratorHandle>();
  const clock = createRemoteClock(bus, run, deps.monotonic);
  const translator = createTranslator();
  const unknown = { offset: 0n, bound: 0n };

  channel.hear((message) => {
    switch (message.kind) {
      case "brief":
        briefed.resolve(message.brief);
        return;
      case "launch":
        launched.resolve();
        return;
      case "tell": {
        const offset = clock.estimator.at(deps.monotonic()) ?? unknown;
        handles.get(message.generator)?.send(translator.translate(message.message, offset));
        if (message.message.kind === "start") tellClock([message.generator]);
        return;
      }
      case "release":
        released.resolve(message.files);
        return;
    }
  });
  const until = new Promise<"over">((resolve) => over.addEventListener("abort", () => resolve("over"), { once: true }));

  /** For the journals of these generators. */
  function tellClock(generators: Iterable<number>): void {
    const offset = clock.estimator.at(deps.monotonic());
    if (offset === undefined) return;
    const reading = {
      offset: us(toUs(offset.offset)),
      bound: us(toUsUp(offset.bound)),
      moved: translator.moved(offset),
      roundTrip: us(toUsUp(clock.fastest)),
    };
    for (const generator of generators) handles.get(generator)?.send({ kind: "clock", reading });
    channel.mention({ kind: "clock", reading });
  }

  const brief = await Promise.race([briefed.promise, until]);
  if (brief === "over") return "not-begun";
  let plan: Plan;
  using own = new DisposableStack();
  try {
    plan = await prepare(brief);
    if (brief.responder === true) {
      const known = isThere(plan.background) ? brief.shards.map((shard) => backgroundPath(folder, shard)) : [];
      plan = own.use(await deps.respond(plan, known)).plan;
    }
    await clock.measure(over);
    const findings = await deps.examine(plan, { own: brief.shards.length, of: brief.count }, over);
    const bound = clock.estimator.at(deps.monotonic())?.bound;
    const boundMs = bound === undefined ? undefined : Number(bound) / NS_PER_MS;
    const roundTripMs = Math.ceil(Number(clock.fastest) / NS_PER_MS);
    channel.say({ kind: "prepared", findings, clock: { roundTripMs, boundMs } });
  } catch (error) {
    channel.say({ kind: "refused", failure: failureOf(error) });
    await channel.flush();
    await forgetResults(folder);
    return "not-begun";
  }
  if ((await Promise.race([launched.promise, released.promise, until])) !== undefined) {
    await forgetResults(folder);
    return "not-begun";
  }

  const files = brief.shards.flatMap((shard) => [`roster-${shard}.ndjson`, `journal-${shard}.ndjson`]);
  const sender = sendResults(
    {
      store: () => openRunObjects(bus, run),
      folder,
      every: bus.pace.send,
      files,
      sender: deps.worker,
      publicKey: deps.keys.publicKey,
      key: deps.key,
      onTrouble: (reason) => deps.say(`results cannot be sent on for the moment: ${reason}`),
    },
    gone.signal,
  );
  const measured = new Map<string, Promise<void>>();
  const running = brief.shards.map((shard) => launch(shard));
  const watch = new AbortController();
  void (async () => {
    for await (const _ of ticks(MEASURE_MS, undefined, { signal: watch.signal })) {
      await clock.measure(watch.signal);
      tellClock(handles.keys());
    }
  })().catch(() => undefined);

  let killing: NodeJS.Timeout | undefined;
  const abortAll = (): void => {
    for (const handle of handles.values()) handle.send({ kind: "abort" });
    killing = setTimeout(() => {
      for (const handle of handles.values()) handle.kill();
    }, ABORT_GRACE_MS);
  };
  if (over.aborted) abortAll();
  else over.addEventListener("abort", abortAll, { once: true });
  await Promise.all(running);
  clearTimeout(killing);
  over.removeEventListener("abort", abortAll);
  watch.abort();
  if (gone.signal.aborted) return "kept";

  try {
    const sent = await sender.finish(gone.signal);
    channel.say({ kind: "sent", files: [...sent] });
  } catch {
    return "kept";
  }
  // A coordinator that lives says at last what it has, however long the others take; what it does not have is kept.
  const patience = new AbortController();
  const fetched = await Promise.race([
    released.promise,
    channel.gone.then(() => undefined),
    afterStop(bus.pace.release, stop, patience.signal),
  ]);
  patience.abort();
  if (fetched === undefined || !files.every((file) => fetched.includes(file))) return "kept";
  await forgetResults(folder);
  return "released";

  /** The plan with its files at paths of this machine. */
  async function prepare({ planKey, shards, recall }: Brief): Promise<Plan> {
    const sealed = { store: await openRunObjects(bus, run), key: Buffer.from(planKey, "base64"), run };
    const found = await getPlan(sealed);
    const note: KeptRun = { version: 1, run, coordinator: deps.coordinator, plan: found.plan.name, shards };
    return intoOwnFolder(folder, async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await keepNote(folder, note);
      for (const shard of recall !== undefined ? shards : []) {
        const roll = await getCalled(sealed, shard);
        await writeFile(calledPath(folder, shard), roll, { mode: 0o600 });
      }
      for (const shard of isThere(found.plan.background) ? shards : []) {
        await writeFile(backgroundPath(folder, shard), await getBackground(sealed, shard), { mode: 0o600 });
      }
      return withOwnFiles(found, folder);
    });
  }

  async function launch(shard: number): Promise<void> {
    let queue: Promise<void> = Promise.resolve();
    const earlier = (brief as Brief).recall;
    const pass = (message: GeneratorMessage): void => channel.say({ kind: "heard", generator: shard, message });
    const handle = deps.spawn({
      index: shard,
      init: {
        plan,
        shard: { index: shard, count: (brief as Brief).count },
        folder,
        simulated: (brief as Brief).simulated,
        metered: (brief as Brief).metered,
        worker: deps.name,
        called: earlier === undefined ? undefined : { roster: calledPath(folder, shard), run: earlier },
        background: plan.background && backgroundPath(folder, shard),
      },
      onErrorOutput: (line) => channel.say({ kind: "complaint", generator: shard, line }),
      onMessage(message) {
        if (message.kind === "snapshot") {
          channel.mention({ kind: "heard", generator: shard, message });
          return;
        }
        // The clocks are compared before anything is agreed upon; nothing overtakes the word that waits for it.
        const before = stageOf(message);
        queue = queue.then(async () => {
          if (before !== undefined) await measureFor(before);
          pass(message);
        });
      },
    });
    handles.set(shard, handle);
    const end = await handle.ended;
    await queue;
    channel.say({ kind: "ended", generator: shard, how: end.state === "lost" ? end.how : end.state });
  }

  /** Once for all generators that come to the same point. */
  function measureFor(stage: string): Promise<void> {
    const known = measured.get(stage);
    if (known !== undefined) return known;
    const measuring = clock.measure(over).then(() => tellClock(handles.keys()));
    measured.set(stage, measuring);
    return measuring;
  }
}

/** Resolves so long after `stop`; nothing of it stays behind when it is over. */
async function afterStop(ms: number, stop: AbortSignal, over: AbortSignal): Promise<undefined> {
  const stopped = new Promise<void>((resolve) =>
    stop.addEventListener("abort", () => resolve(), { once: true, signal: over }),
  );
  if (!stop.aborted) await stopped;
  await sleep(ms, undefined, { signal: over }).catch(() => undefined);
}

function stageOf(message: GeneratorMessage): string | undefined {
  switch (message.kind) {
    case "ready":
      return "ready";
    case "arrived":
      return message.stage;
    case "snapshot":
    case "note":
    case "done":
    case "failed":
      return undefined;
  }
}
