import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Snapshot } from "../src/model/snapshot.ts";
import { unsealSecrets } from "../src/model/secret.ts";
import { us } from "../src/model/units.ts";
import { ROLLCALL_VERSION } from "../src/model/version.ts";
import { createHistogram, encodeHistogram, recordValue } from "../src/record/histograms.ts";
import { journalPath, rosterPath } from "../src/record/shard-files.ts";
import { openBus } from "../src/workers/bus/connection.ts";
import { serveRuns } from "../src/workers/crew/worker.ts";
import type { GeneratorEnd, SpawnGenerator } from "../src/workers/generator-handle.ts";
import type { GeneratorInit } from "../src/workers/protocol.ts";

/*
 * Many workers in one process that ask no server for anything: each has one generator, which sends the snapshots and
 * writes the journal and roster of `rate` devices a second for `seconds`. What the coordinator has to do is the same as
 * with real ones.
 *
 *     node bench/idle-workers.ts <bus> <workers> <rate> <seconds> <folder>
 */
const [url = "", count = "", rateText = "", secondsText = "", folder = ""] = process.argv.slice(2);
const [rate, seconds] = [Number(rateText), Number(secondsText)];
const monotonic = (): bigint => process.hrtime.bigint();

const spawnIdle: SpawnGenerator = ({ index, init, ...hears }) => {
  const ended = Promise.withResolvers<GeneratorEnd>();
  const { plan, shard, folder: own, worker } = unsealSecrets(init) as GeneratorInit;
  let beats: NodeJS.Timeout | undefined;
  let entries = 0;
  let done = 0;
  const write = (entry: object): void => {
    entries += 1;
    appendFileSync(journalPath(own, index), `${JSON.stringify(entry)}\n`);
  };

  function begin(startedAt: string): void {
    const header = { kind: "header", version: 1, runId: plan.runId, planHash: plan.hash, shard, startedAt };
    const machine = { cores: 4, cpu: "idle", memoryBytes: 8e9, os: "bench" };
    const rest = { rollcall: ROLLCALL_VERSION, node: process.version, machine, simulated: true, worker };
    appendFileSync(rosterPath(own, index), "", { mode: 0o600 });
    appendFileSync(journalPath(own, index), `${JSON.stringify({ ...header, ...rest })}\n`);
    hears.onMessage({ kind: "arrived", stage: "phase 0" });
  }

  function beat(second: number): void {
    const at = second * 1_000_000;
    const lines: string[] = [];
    const rosterLines: string[] = [];
    const first = done;
    if (second === 1) write({ kind: "phase", phase: 0, startedAt: 0 });
    write({ kind: "claimed", through: (first + rate) * shard.count + index });
    const roundTrips = createHistogram();
    for (let each = 0; each < rate; each += 1) {
      const seq = (first + each) * shard.count + index;
      const intended = at - 1_000_000 + Math.floor((each * 1_000_000) / rate);
      const sent = intended + 2_000 + (seq % 977);
      const answered = sent + 40_000 + ((seq * 7_919) % 30_011);
      recordValue(roundTrips, us(answered - sent));
      const marks = {
        connected: intended + 900,
        accepted: intended + 1_700,
        sent,
        acknowledged: answered - 60,
        answered,
      };
      const name = `${plan.prefix}-${String(seq).padStart(6, "0")}`;
      const outcome = {
        seq,
        name,
        phase: 0,
        intended,
        started: intended + 120,
        marks,
        ended: answered + 300,
        result: { state: "provisioned", credentialsType: "MQTT_BASIC" },
      };
      lines.push(JSON.stringify({ kind: "outcome", outcome }));
      const credentials = {
        type: "MQTT_BASIC",
        clientId: name,
        username: `u${seq * 7_919}`,
        password: `${seq * 104_729}x${seq}`,
      };
      rosterLines.push(JSON.stringify({ seq, name, credentials }));
    }
    done += rate;
    entries += lines.length;
    appendFileSync(rosterPath(own, index), `${rosterLines.join("\n")}\n`);
    appendFileSync(journalPath(own, index), `${lines.join("\n")}\n`);
    const snapshot: Snapshot = {
      generator: index,
      at: us(at),
      stage: { kind: "load", phase: 0 },
      planned: done,
      started: done,
      inFlight: 2,
      outcomes: { provisioned: done, rejected: 0, failed: 0, aborted: 0, dropped: 0 },
      verdicts: { connected: 0, refused: 0, unreachable: 0 },
      roundTrips: encodeHistogram(roundTrips),
      held: 0,
      health: undefined,
    };
    hears.onMessage({ kind: "snapshot", snapshot });
    if (second < seconds) return;
    clearInterval(beats);
    appendFileSync(journalPath(own, index), `${JSON.stringify({ kind: "footer", state: "complete", at, entries })}\n`);
    hears.onMessage({ kind: "done", state: "complete" });
    ended.resolve({ index, state: "complete" });
  }

  queueMicrotask(() => hears.onMessage({ kind: "ready" }));
  return {
    pid: undefined,
    ended: ended.promise,
    send(message) {
      if (message.kind === "start") begin(message.startedAt);
      // Nothing follows a footer.
      if (message.kind === "clock" && done < rate * seconds) write({ kind: "clock", at: 0, reading: message.reading });
      if (message.kind === "go") {
        let second = 0;
        // Not all in the same moment, as machines are not.
        setTimeout(
          () => {
            beats = setInterval(() => beat((second += 1)), 1_000);
          },
          (index * 1_000) / shard.count,
        );
      }
      if (message.kind !== "abort") return;
      clearInterval(beats);
      ended.resolve({ index, state: "interrupted" });
    },
    kill: () => ended.resolve({ index, state: "lost", how: "killed" }),
  };
};

const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
await Promise.all(
  Array.from({ length: Number(count) }, async (_, index) => {
    const name = `idle-${index}`;
    const data = join(folder, name);
    mkdirSync(data, { recursive: true });
    const bus = await openBus({ url }, name, undefined);
    const facts = {
      name,
      host: "bench",
      rollcall: ROLLCALL_VERSION,
      node: process.version,
      cores: 2,
      memoryBytes: 8e9,
      os: "bench",
      cpu: "idle",
      openFiles: null,
      ports: null,
    };
    await serveRuns(
      {
        bus,
        worker: name,
        facts,
        data,
        spawn: spawnIdle,
        monotonic,
        examine: () => Promise.resolve([]),
        respond: () => {
          throw new Error("nothing is to be aimed at");
        },
        say: () => undefined,
        onAlive: () => undefined,
      },
      stop.signal,
    );
    await bus.close();
  }),
);
process.exit(0);
