import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Msg, Subscription } from "@nats-io/transport-node";
import { z } from "zod";
import type { Bus } from "../bus/connection.ts";
import { CALL_SUBJECT, TOKEN } from "../bus/names.ts";
import { agreeOnKey, type KeyPair, seal, unseal } from "../bus/seal.ts";
import { sendResults } from "../bus/send-results.ts";
import { openRunObjects } from "../bus/stores.ts";
import { forgetResults, keptFiles, type KeptRun, readNote } from "./kept-results.ts";
import { type Hello, helloSchema } from "./messages.ts";

/*
 * What a worker is asked outside of a run: who is there, and to send on what it keeps of a run whose coordinator was
 * lost. Who has the run's own key may ask for it, and nobody else; it is sealed for that key in any case.
 */

const callSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("who") }),
  z.object({ kind: z.literal("keeps"), run: z.string().regex(TOKEN) }),
]);
export type Call = z.infer<typeof callSchema>;

export const answerSchema = z.object({
  hello: helloSchema,
  busyWith: z.string().nullable(),
  /** Files that it keeps of the run that was asked for, with their sizes. */
  files: z.array(z.tuple([z.string(), z.number()])),
});
export type CallAnswer = z.infer<typeof answerSchema>;

const orderSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("send"), have: z.array(z.tuple([z.string(), z.number().int().min(0)])) }),
  z.object({ kind: z.literal("forget") }),
]);
export type CollectOrder = z.infer<typeof orderSchema>;

export const collectSubject = (worker: string): string => `${CALL_SUBJECT}.${worker}`;
const PURPOSE = "collect";

export function sealOrder(keys: KeyPair, worker: string, publicKey: string, run: string, order: CollectOrder): string {
  const sealed = seal(agreeOnKey(keys, publicKey, PURPOSE), Buffer.from(JSON.stringify(order)), `${worker} ${run}`);
  return JSON.stringify({ run, order: Buffer.from(sealed).toString("base64") });
}

interface AnswerOptions {
  readonly bus: Bus;
  readonly data: string;
  readonly hello: Hello;
  readonly keys: KeyPair;
  readonly busyWith: () => string | undefined;
  readonly say: (text: string) => void;
}

export function answerCalls(options: AnswerOptions, stop: AbortSignal): void {
  const { bus, hello, data } = options;
  const calls = bus.nats.subscribe(CALL_SUBJECT);
  const orders = bus.nats.subscribe(collectSubject(hello.worker));
  void answerAll(calls, async (message) => {
    const call = callSchema.parse(message.json());
    const kept = call.kind === "keeps" ? await keptHere(call.run) : undefined;
    if (call.kind === "keeps" && kept === undefined) return;
    const files = kept === undefined ? [] : [...(await keptFiles(join(data, kept.run)))];
    const answer: CallAnswer = { hello, busyWith: options.busyWith() ?? null, files };
    message.respond(JSON.stringify(answer));
  });
  void answerAll(orders, async (message) => {
    const { run, order } = z.object({ run: z.string().regex(TOKEN), order: z.string() }).parse(message.json());
    const kept = await keptHere(run);
    if (kept === undefined) return;
    const key = agreeOnKey(options.keys, kept.coordinator, PURPOSE);
    const plain = unseal(key, Buffer.from(order, "base64"), `${hello.worker} ${run}`);
    if (plain === undefined) return;
    message.respond("{}");
    await follow(kept, orderSchema.parse(JSON.parse(new TextDecoder().decode(plain))));
  });
  stop.addEventListener(
    "abort",
    () => {
      calls.unsubscribe();
      orders.unsubscribe();
    },
    { once: true },
  );

  /** Not what is still being written. */
  async function keptHere(run: string): Promise<KeptRun | undefined> {
    const kept = await readdir(data).catch((): string[] => []);
    if (options.busyWith() === run || !kept.includes(run)) return undefined;
    return readNote(join(data, run));
  }

  async function follow(kept: KeptRun, order: CollectOrder): Promise<void> {
    const folder = join(data, kept.run);
    switch (order.kind) {
      case "send": {
        options.say(`run ${kept.run}: sending on what is kept of it`);
        const sender = sendResults(
          {
            store: () => openRunObjects(bus, kept.run),
            folder,
            every: bus.pace.send,
            files: [...(await keptFiles(folder)).keys()].toSorted((a, b) => (a < b ? 1 : -1)),
            // Another name each time: parcels of an attempt that was broken off may still be there.
            sender: `${hello.worker}-${randomBytes(3).toString("hex")}`,
            publicKey: hello.publicKey,
            key: agreeOnKey(options.keys, kept.coordinator, `run ${kept.run}`),
            from: new Map(order.have),
            onTrouble: (reason) => options.say(`run ${kept.run}: ${reason}`),
          },
          stop,
        );
        await sender.finish(stop);
        return;
      }
      case "forget":
        await forgetResults(folder);
        options.say(`run ${kept.run}: fetched, and deleted here`);
        return;
    }
  }
}

/** One after the other; what cannot be read, or comes from nobody who may ask, has no answer. */
async function answerAll(messages: Subscription, answer: (message: Msg) => Promise<void>): Promise<void> {
  for await (const message of messages) await answer(message).catch(() => undefined);
}
