import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createFleet } from "../src/fleet/fleet.ts";
import { createClaims } from "../src/generator/claims.ts";
import type { Outcome } from "../src/model/outcome.ts";
import type { Clock } from "../src/model/ports.ts";
import { type Seq, seq, type Us, us } from "../src/model/units.ts";
import { writePlan } from "../src/record/plan-file.ts";
import { createRecorder, type Recorder } from "../src/record/recorder.ts";
import { loadScenario } from "../src/scenario/load.ts";

const RUN_ID = "5eed01";
/** Devices a second, in load and roll call. */
const RATE = 2_000;
const GAP = 1_000_000 / RATE;
/** One device in so many fails. */
const FAILING = 100;
const SHARD = { index: 0, count: 1 } as const;

/**
 * Writes the folder of a run of `devices` as one generator leaves it, with the program's own writer: open load, one device in a
 * hundred failed, all others called. No device was ever made: reading is what is measured.
 */
export async function makeRun(folder: string, devices: number): Promise<void> {
  const file = join(import.meta.dirname, "bench.yaml");
  const { plan } = loadScenario({
    file,
    text: await readFile(file, "utf8"),
    overrides: [`load={constant: {rate: ${RATE}}, devices: ${devices}}`, "fleet={}", "generators=1"],
    env: { BENCH_KEY: "bench-key", BENCH_SECRET: "bench-secret" },
    runId: RUN_ID,
    readFile: () => "",
    readRoster: () => [],
  });
  await mkdir(folder, { recursive: true });
  await writePlan(folder, plan);
  let now = us(0);
  const clock: Clock = { now: () => now, sleepUntil: async () => undefined };
  const recorder = createRecorder({
    folder,
    shard: SHARD,
    clock,
    header: {
      kind: "header",
      version: 1,
      runId: RUN_ID,
      planHash: plan.hash,
      shard: SHARD,
      startedAt: "2026-11-25T03:15:00.000Z",
      rollcall: "0.2.0",
      node: process.version,
      machine: { cores: 2, cpu: "bench", memoryBytes: 2 ** 34, os: "Linux" },
      simulated: true,
    },
  });
  const draw = createDraw(7);
  const fleet = createFleet(plan);
  const claims = createClaims(recorder, SHARD);
  const pending: Outcome[] = [];

  recorder.add({ kind: "phase", phase: 0, startedAt: us(0) });
  for (let index = 0; index < devices; index += 1) {
    if (index % RATE === 0) await addHealth(recorder, us(index * GAP + 1), 0);
    claims.cover(seq(index));
    schedule(pending, outcomeOf(seq(index), fleet.device(seq(index)).name, us(index * GAP), draw));
    while ((pending[0]?.ended ?? Infinity) <= (index + 1) * GAP) report(pending.shift());
  }
  while (pending.length > 0) report(pending.shift());

  /** As a generator does: what was issued before what came of it. */
  function report(outcome: Outcome | undefined): void {
    if (outcome === undefined) return;
    const { credentials, name } = fleet.device(outcome.seq);
    if (outcome.result.state === "provisioned" && credentials !== undefined)
      recorder.add({ kind: "issued", seq: outcome.seq, name, credentials });
    recorder.add({ kind: "outcome", outcome });
  }

  now = us((devices + RATE) * GAP);
  for (let index = 0; index < devices; index += 1) {
    if (index % RATE === 0) await addHealth(recorder, us(now + 1), -1);
    if (isFailing(index)) continue;
    const started = now;
    const connected = us(started + 80 + draw(400));
    const admitted = us(connected + 900 + draw(30_000));
    recorder.add({
      kind: "roll-call",
      entry: {
        seq: seq(index),
        name: fleet.device(seq(index)).name,
        started,
        marks: { connected, admitted },
        peer: "127.0.0.1",
        ended: us(admitted + 60),
        verdict: { state: "connected" },
        when: "after",
      },
    });
    now = us(now + GAP);
  }
  recorder.add({ kind: "negative-control", result: "refused", detail: "5 not authorised" });
  await recorder.finish("complete");
}

const isFailing = (index: number): boolean => index % FAILING === FAILING - 1;

function outcomeOf(of: Seq, name: string | undefined, intended: Us, draw: (limit: number) => number): Outcome {
  const started = us(intended + draw(400));
  const connected = us(started + 80 + draw(400));
  const accepted = us(connected + 300 + draw(9_000));
  const sent = us(accepted + 30 + draw(60));
  const subscribed = us(sent + 200 + draw(4_000));
  const acknowledged = us(subscribed + 2_000 + draw(90_000));
  const arrival = { seq: of, name, phase: 0, intended, started } as const;
  const peer = "127.0.0.1";
  if (isFailing(of)) {
    return {
      ...arrival,
      marks: { connected, accepted, sent, subscribed },
      peer,
      ended: us(acknowledged + 5_000),
      result: {
        state: "failed",
        kind: "closed-before-answer",
        detail: "the server closed the connection",
        unknown: true,
      },
      misbehaviour: undefined,
    };
  }
  const answered = us(acknowledged + 10 + draw(60));
  return {
    ...arrival,
    marks: { connected, accepted, sent, subscribed, acknowledged, answered },
    unread: us(draw(900)),
    peer,
    ended: us(answered + 40 + draw(200)),
    result: { state: "provisioned", credentialsType: "MQTT_BASIC" },
    misbehaviour: undefined,
  };
}

/** Outcomes are reported in the order in which they end; few are under way at once. */
function schedule(pending: Outcome[], outcome: Outcome): void {
  let place = pending.length;
  while (place > 0 && (pending[place - 1]?.ended ?? 0) > outcome.ended) place -= 1;
  pending.splice(place, 0, outcome);
}

/** Once a second. What is buffered then gets to the files. */
async function addHealth(recorder: Recorder, at: Us, phase: number): Promise<void> {
  const idle = { latenessP99: us(380), started: RATE, planned: RATE, inFlight: 120, held: 0, localErrors: 0 };
  const loop = { eventLoopUtilisation: 0.41, eventLoopDelayP99: us(1_204), gcPause: us(2_013), cpuShare: 0.44 };
  const resources = { openFiles: 146, openFilesLimit: 20_000, freePorts: 27_000, ports: 28_232 };
  const processors = { busy: 0.62, stolen: 0 };
  recorder.add({
    kind: "health",
    sample: { at, phase, ...loop, residentBytes: 115_000_000, resources, processors, ...idle },
  });
  await setImmediate();
}

/** Whole numbers below a limit, the same ones each time: a linear congruential generator. */
function createDraw(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
