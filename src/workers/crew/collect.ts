import type { Bus } from "../bus/connection.ts";
import { fetchResults } from "../bus/fetch-results.ts";
import { CALL_SUBJECT } from "../bus/names.ts";
import { agreeOnKey } from "../bus/seal.ts";
import { deleteRunObjects, deleteRunStream, openRunObjects } from "../bus/stores.ts";
import {
  answerSchema,
  type Call,
  type CallAnswer,
  type CollectOrder,
  collectSubject,
  sealOrder,
} from "./answer-calls.ts";
import { awaitResults } from "./await-results.ts";
import { type CrewFile, keepCrewFile } from "./crew-file.ts";

const ORDER_MS = 5_000;

/** Who is there on a bus; with `call` of a run, who keeps results of it. */
async function callWorkers(bus: Bus, call: Call): Promise<readonly CallAnswer[]> {
  const answers: CallAnswer[] = [];
  const replies = await bus.nats.requestMany(CALL_SUBJECT, JSON.stringify(call), {
    maxWait: bus.pace.call,
    strategy: "timer",
  });
  try {
    for await (const reply of replies) {
      const parsed = answerSchema.safeParse(reply.json());
      if (parsed.success) answers.push(parsed.data);
    }
  } catch {
    // Nobody listens at all.
  }
  return answers;
}

/** Fetches into `folder` what workers, and the bus itself, still have of a run. Gives the files that are not whole. */
export async function collectResults(
  options: {
    readonly bus: Bus;
    readonly folder: string;
    readonly crew: CrewFile;
    readonly say: (text: string) => void;
  },
  stop: AbortSignal,
): Promise<readonly string[]> {
  const { bus, folder, crew, say } = options;
  const own = new Set(crew.files);
  const fetcher = await fetchResults({
    bus,
    store: await openRunObjects(bus, crew.run),
    folder,
    keyOf: (_sender, publicKey) => agreeOnKey(crew.keys, publicKey, `run ${crew.run}`),
    mayBring: (_sender, file) => own.has(file),
    onTrouble: say,
  });
  const keepers = await callWorkers(bus, { kind: "keeps", run: crew.run });
  for (const keeper of keepers) {
    say(`${keeper.hello.name} keeps ${keeper.files.length} files of this run`);
    const have = keeper.files.map(([file]) => [file, fetcher.sizes.get(file) ?? 0] as [string, number]);
    await order(keeper, { kind: "send", have });
  }
  await awaitResults({ fetcher, files: crew.files, pace: bus.pace, patience: () => bus.pace.quietOfCollect }, stop);
  await keepCrewFile(folder, { ...crew, files: crew.files.filter((file) => !fetcher.whole.has(file)) });
  for (const keeper of keepers) {
    if (keeper.files.every(([file]) => fetcher.whole.has(file))) await order(keeper, { kind: "forget" });
  }
  await fetcher.close();
  const missing = crew.files.filter((file) => !fetcher.whole.has(file));
  await keepCrewFile(folder, { ...crew, files: missing });
  if (missing.length === 0) {
    await deleteRunStream(bus, crew.run);
    await deleteRunObjects(bus, crew.run);
  }
  return missing;

  async function order({ hello }: CallAnswer, what: CollectOrder): Promise<void> {
    const sealed = sealOrder(crew.keys, hello.worker, hello.publicKey, crew.run, what);
    await bus.nats
      .request(collectSubject(hello.worker), sealed, { timeout: ORDER_MS })
      .catch(() => say(`${hello.name} does not answer`));
  }
}
