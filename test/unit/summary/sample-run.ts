import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Entry } from "../../../src/model/entry.ts";
import type { HealthSample } from "../../../src/model/health.ts";
import type { FailureKind, Outcome, Verdict } from "../../../src/model/outcome.ts";
import type { Phase, Plan } from "../../../src/model/plan.ts";
import { Secret } from "../../../src/model/secret.ts";
import { seq, us } from "../../../src/model/units.ts";
import { createRecorder } from "../../../src/record/recorder.ts";
import { createVirtualTime, header } from "../record/samples.ts";
import { testFolder } from "../../support/temporary-folder.ts";

/** One open phase of 100 devices at 10/s, nothing else asked for. */
export function samplePlan(changes: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    name: "sample",
    description: "",
    hash: "00ff",
    runId: "abc123",
    prefix: "rc-",
    target: {
      transport: "mqtt",
      host: "127.0.0.1",
      port: 1883,
      mqttVersion: "3.1.1",
      payload: "json",
      tls: undefined,
    },
    admin: undefined,
    provisioning: {
      strategy: "allow-create",
      profile: undefined,
      key: "key",
      secret: new Secret("provision-secret"),
      secretSource: "environment",
    },
    fleet: {
      count: 100,
      seed: 1,
      names: { from: "pattern", pattern: "{prefix}{seq}" },
      mix: [{ weight: 1, type: "access-token", made: "server" }],
      gateway: false,
      misbehaviours: [],
    },
    phases: [phase(0, 100)],
    maxInFlight: 1_000,
    rollCall: {
      when: "after",
      concurrency: 10,
      rate: undefined,
      hold: us(0),
      keepAliveSeconds: 60,
      negativeControl: false,
    },
    timeouts: { connect: us(5e6), accept: us(5e6), answer: us(22e6), login: us(10e6) },
    thresholds: [],
    generators: 1,
    ...changes,
  };
}

export function phase(firstSeq: number, devices: number, changes: Partial<Phase> = {}): Phase {
  return {
    name: "steady",
    warmup: false,
    firstSeq: seq(firstSeq),
    devices,
    shape: { kind: "constant", rate: 10 },
    ...changes,
  };
}

type Changes = Partial<Omit<Outcome, "seq">>;

/** Device `index`: due at `index` tenths of a second, sent 1 ms later, answered after `roundTrip`. */
export function outcome(index: number, changes: Changes & { readonly roundTrip?: number } = {}): Entry {
  const { roundTrip = 10_000, ...rest } = changes;
  const intended = rest.intended ?? us(index * 100_000);
  const answered = us(intended + 1_000 + roundTrip);
  return {
    kind: "outcome",
    outcome: {
      seq: seq(index),
      name: `rc-${index}`,
      phase: 0,
      intended,
      started: intended,
      marks: { connected: us(intended + 400), accepted: us(intended + 800), sent: us(intended + 1_000), answered },
      ended: us(answered + 100),
      result: { state: "provisioned", credentialsType: "ACCESS_TOKEN" },
      misbehaviour: undefined,
      ...rest,
    },
  };
}

export function failed(index: number, kind: FailureKind, { unknown = false, waited = 22_000_000 } = {}): Entry {
  const intended = index * 100_000;
  return outcome(index, {
    marks: { connected: us(intended + 400), accepted: us(intended + 800), sent: us(intended + 1_000) },
    ended: us(intended + 1_000 + waited),
    result: { state: "failed", kind, detail: `${kind} of ${index}`, unknown },
  });
}

export function rejected(index: number, message = "already there"): Entry {
  return outcome(index, { result: { state: "rejected", status: "FAILURE", message } });
}

export function called(
  index: number,
  verdict: Verdict | { readonly state: "uncalled" } = { state: "connected" },
): Entry {
  const started = 60_000_000 + index * 1_000;
  return {
    kind: "roll-call",
    entry: {
      seq: seq(index),
      name: `rc-${index}`,
      started: us(started),
      marks: verdict.state === "connected" ? { connected: us(started + 200), admitted: us(started + 5_000) } : {},
      ended: us(started + 6_000),
      verdict,
      when: "after",
    },
  };
}

export function issued(index: number, token = `token-${index}`): Entry {
  return {
    kind: "issued",
    seq: seq(index),
    name: `rc-${index}`,
    credentials: { type: "ACCESS_TOKEN", token: new Secret(token) },
  };
}

export function claimed(through: number): Entry {
  return { kind: "claimed", through: seq(through) };
}

/** A second in which the generator had little to do. */
export function healthy(
  second: number,
  changes: { utilisation?: number; delay?: number; sample?: Partial<HealthSample> } = {},
): Entry {
  return {
    kind: "health",
    sample: {
      at: us(second * 1_000_000),
      phase: 0,
      eventLoopUtilisation: changes.utilisation ?? 0.1,
      eventLoopDelayP99: us(changes.delay ?? 100),
      latenessP99: us(0),
      started: 10,
      planned: 10,
      gcPause: us(0),
      cpuShare: 0.1,
      residentBytes: 5e7,
      inFlight: 1,
      localErrors: 0,
      resources: { openFiles: 20, openFilesLimit: 1_024, freePorts: 28_000, ports: 28_232 },
      ...changes.sample,
    },
  };
}

/** All 100 devices provisioned and called, with ten healthy seconds. */
export function goodEntries(): Entry[] {
  const devices = Array.from({ length: 100 }, (_, index) => index);
  return [
    claimed(99),
    ...devices.flatMap((index) => [issued(index), outcome(index)]),
    ...Array.from({ length: 10 }, (_, second) => healthy(second + 1)),
    ...devices.map((index) => called(index)),
  ];
}

/** Replaces the outcome of each of these devices, and leaves out its later entries. */
export function replacing(entries: readonly Entry[], ...outcomes: readonly Entry[]): Entry[] {
  const changed = new Map(
    outcomes.flatMap((entry) => (entry.kind === "outcome" ? [[Number(entry.outcome.seq), entry] as const] : [])),
  );
  return entries.flatMap((entry): Entry[] => {
    if (entry.kind === "outcome") return [changed.get(entry.outcome.seq) ?? entry];
    const its = entry.kind === "issued" ? entry.seq : entry.kind === "roll-call" ? entry.entry.seq : undefined;
    return its !== undefined && changed.has(its) ? [] : [entry];
  });
}

export type Ending = "complete" | "interrupted" | "crashed";

/** A run's folder with the journals and rosters of these generators. */
export async function writeRun(
  plan: Plan,
  generators: readonly { readonly entries: readonly Entry[]; readonly ending?: Ending }[],
): Promise<string> {
  const folder = testFolder();
  writeFileSync(join(folder, "plan.json"), JSON.stringify(plan));
  for (const [index, { entries, ending = "complete" }] of generators.entries()) {
    const shard = { index, count: generators.length };
    const clock = createVirtualTime(us(0));
    const recorder = createRecorder({
      folder,
      shard,
      header: { ...header(index, generators.length), runId: plan.runId },
      clock,
    });
    for (const entry of entries) recorder.add(entry);
    if (ending === "crashed") await flushed();
    else await recorder.finish(ending);
  }
  return folder;
}

/** What a crash leaves: the buffers were written after their 200 ms, the footer never. */
async function flushed(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 260));
}
