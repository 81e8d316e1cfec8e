import { appendFile, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ObjectInfo, ObjectStore } from "@nats-io/obj";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Bus, openBus } from "../../../src/workers/bus/connection.ts";
import { fetchResults } from "../../../src/workers/bus/fetch-results.ts";
import { createContentKey } from "../../../src/workers/bus/seal.ts";
import { sendResults } from "../../../src/workers/bus/send-results.ts";
import { awaitResults } from "../../../src/workers/crew/await-results.ts";
import { makeRunStores } from "../../../src/workers/bus/stores.ts";
import { natsPrograms, type NatsServer, startNats } from "../../support/nats-server.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const FOREVER = new AbortController().signal;
const FILES = ["roster-0.ndjson", "journal-0.ndjson"];

it.skipIf(natsPrograms.length > 0)("SKIPPED, no nats-server here (Debian: apt install nats-server)", () =>
  expect(natsPrograms).not.toEqual([]),
);

/** The same store, whose watch does not tell of parcels with that end of a name. */
function deafTo(missed: string, store: ObjectStore, list = () => store.list()): ObjectStore {
  const watch = async (options: Parameters<ObjectStore["watch"]>[0]): Promise<unknown> => {
    const all = await store.watch(options);
    async function* told(): AsyncGenerator<ObjectInfo> {
      for await (const parcel of all) if (!parcel.name.endsWith(missed)) yield parcel;
    }
    return Object.assign(told(), { stop: () => all.stop() });
  };
  return Object.assign(Object.create(store) as ObjectStore, { watch, list });
}

/** Lines of which no two are alike. */
function linesOf(file: string, bytes: number): string {
  const lines: string[] = [];
  for (let length = 0; length < bytes; length += lines.at(-1)?.length ?? 0)
    lines.push(`${file} ${lines.length * 7_919}\n`);
  return lines.join("");
}

function fail(text: string): never {
  throw new Error(text);
}

for (const program of natsPrograms) {
  describe(`results over nats-server ${program.version}`, () => {
    let server: NatsServer;
    let bus: Bus;
    let folder: string;
    beforeAll(async () => {
      server = await startNats(program);
      bus = await openBus({ url: server.url }, "coordinator", undefined);
      folder = testFolder();
    });
    afterAll(async () => {
      await bus.close();
      await server[Symbol.asyncDispose]();
    });

    it.each(["00000000", "00000001"])("are whole though nobody told of parcel %s", async (missed) => {
      const key = createContentKey();
      const store = await makeRunStores(bus, `run${missed}`);
      const [from, to] = [await mkdtemp(join(folder, "from-")), await mkdtemp(join(folder, "to-"))];
      const troubles: string[] = [];
      const fetching = await fetchResults({
        bus,
        store: deafTo(missed, store),
        folder: to,
        keyOf: () => key,
        mayBring: () => true,
        onTrouble: (text) => troubles.push(text),
      });
      for (const file of FILES) await writeFile(join(from, file), `${file} begins\n`);
      const sending = sendResults(
        {
          store: () => Promise.resolve(store),
          folder: from,
          every: 20,
          files: FILES,
          sender: "worker",
          publicKey: "",
          key,
          onTrouble: (text) => troubles.push(text),
        },
        FOREVER,
      );
      // The first parcel is on the bus, or has been taken from it.
      await vi.waitFor(async () => expect((await store.status()).streamInfo.state.last_seq).toBeGreaterThan(0), {
        timeout: 20_000,
      });
      for (const file of FILES) await appendFile(join(from, file), `${file} ends\n`);
      await sending.finish(FOREVER);
      await fetching.waitFor(FILES, FOREVER);
      await fetching.close();
      for (const file of FILES) {
        expect(await readFile(join(to, file), "utf8")).toBe(`${file} begins\n${file} ends\n`);
      }
      expect(troubles).toEqual([]);
      expect(await store.list()).toEqual([]);
    });

    it("of several parcels are whole, and go on where the coordinator has them already", async () => {
      const key = createContentKey();
      const store = await makeRunStores(bus, "several");
      const [from, to] = [await mkdtemp(join(folder, "from-")), await mkdtemp(join(folder, "to-"))];
      const all = ["roster-0.ndjson", "journal-0.ndjson", "roster-1.ndjson", "journal-1.ndjson"];
      const texts = new Map(all.map((file) => [file, linesOf(file, file.startsWith("journal") ? 3_000_000 : 700_000)]));
      // Of some nothing is there, of others a part that ends within a line, or all.
      const had = new Map(all.map((file, index) => [file, ((texts.get(file)?.length ?? 0) * index) >> 1]));
      had.set("journal-1.ndjson", 1_500_001);
      for (const [file, text] of texts) {
        await writeFile(join(from, file), text);
        await writeFile(join(to, file), text.slice(0, had.get(file)));
      }
      const options = { store: () => Promise.resolve(store), folder: from, every: 60_000, publicKey: "", key };
      const sender = { files: all, sender: "several", from: had, onTrouble: fail };
      await sendResults({ ...options, ...sender }, FOREVER).finish(FOREVER);
      expect((await store.list()).length).toBeGreaterThan(1);
      const fetched = { bus, store, folder: to, keyOf: () => key, mayBring: () => true, onTrouble: fail };
      const fetching = await fetchResults(fetched);
      await fetching.waitFor(all, FOREVER);
      await fetching.close();
      for (const [file, text] of texts) expect((await readFile(join(to, file), "utf8")) === text).toBe(true);
    });

    it("are listed by one for all who wait", async () => {
      const from = await sentBy(10, "one-list");
      let [atOnce, most] = [0, 0];
      const store = deafTo("", from.store, async () => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        const found = await from.store.list();
        atOnce -= 1;
        return found;
      });
      const fetching = await fetchResults({ ...from.options, store });
      await Promise.all(from.files.map((file) => fetching.waitFor([file], FOREVER)));
      await fetching.close();
      expect(most).toBe(1);
    });

    it("of one that is lost are fetched if they are on the bus, though nobody told of them and nobody waits long", async () => {
      const from = await sentBy(3, "lost");
      const fetching = await fetchResults({ ...from.options, store: deafTo("", from.store) });
      const lost = { pace: { look: 1, underWay: 20_000 }, patience: () => 1 };
      await awaitResults({ fetcher: fetching, files: from.files, ...lost }, FOREVER);
      await fetching.close();
      expect([...fetching.whole].toSorted()).toEqual(from.files.toSorted());
    });

    it("that are nowhere are given up", async () => {
      const from = await sentBy(1, "nowhere");
      const fetching = await fetchResults({ ...from.options });
      const lost = { pace: { look: 1, underWay: 20_000 }, patience: () => 1 };
      await awaitResults({ fetcher: fetching, files: [...from.files, "journal-9.ndjson"], ...lost }, FOREVER);
      await fetching.close();
      expect([...fetching.whole].toSorted()).toEqual(from.files.toSorted());
    });

    /** Workers that have sent a journal each, and are gone. */
    async function sentBy(count: number, run: string) {
      const key = createContentKey();
      const store = await makeRunStores(bus, run);
      const files = Array.from({ length: count }, (_, index) => `journal-${index}.ndjson`);
      const source = await mkdtemp(join(folder, "from-"));
      const sending = { store: () => Promise.resolve(store), folder: source, every: 60_000, publicKey: "", key };
      for (const file of files) {
        await writeFile(join(source, file), `all of ${file}\n`);
        const sender = sendResults({ ...sending, files: [file], sender: file, onTrouble: fail }, FOREVER);
        await sender.finish(FOREVER);
      }
      const to = await mkdtemp(join(folder, "to-"));
      const options = { bus, store, folder: to, keyOf: () => key, mayBring: () => true, onTrouble: fail };
      return { store, files, options };
    }
  });
}
