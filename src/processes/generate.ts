import process from "node:process";
import { strangerOf } from "../fleet/stranger.ts";
import { createClock } from "../generator/clock.ts";
import { createReadWatch, ownLoop } from "../generator/read-watch.ts";
import { runShard } from "../generator/run-shard.ts";
import { createTempo } from "../generator/tempo.ts";
import { EXIT, RollcallError } from "../model/error.ts";
import { us } from "../model/units.ts";
import { ROLLCALL_VERSION } from "../model/version.ts";
import type { HealthProbe, HealthProbeOptions } from "../record/health-probe.ts";
import { startPulse } from "../record/pulse.ts";
import { createPhaseMeters } from "../record/phase-meters.ts";
import { createRecorder } from "../record/recorder.ts";
import { readRoster } from "../record/roster.ts";
import { rosterPath } from "../record/shard-files.ts";
import { createSchedule } from "../schedule/schedule.ts";
import type { ParentLink } from "../workers/parent-link.ts";
import type { GeneratorInit, Start } from "../workers/protocol.ts";
import { readLimits, withSources } from "../runs/machine/machine-limits.ts";
import { createResourceReader } from "../runs/machine/local-resources.ts";
import { createKeyStore, keyFolder } from "../runs/machine/key-store.ts";
import { sourcesOf } from "../runs/machine/own-addresses.ts";
import { machineFacts } from "../runs/machine/machine-facts.ts";
import { readMemory } from "./memory.ts";
import { monotonic } from "./monotonic.ts";
import { reusesPorts } from "../runs/preflight/preflight.ts";
import { openBackground } from "../runs/wiring/open-background.ts";
import { prepareFleet } from "../runs/wiring/prepare-fleet.ts";
import { createRoutes } from "../runs/wiring/routes.ts";
import { createLogin, createProvisioner, NO_PROVISIONER } from "../runs/wiring/wire.ts";

/** What a generator runs in: a process of its own, or that of a test. */
export interface GeneratorPlace {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Watches in what condition this place is. */
  readonly openProbe: (of: Pick<HealthProbeOptions, "clock" | "resources">) => HealthProbe;
  /** How long it was ready to run and had no processor, milliseconds since its start; undefined: not known. */
  readonly waited?: (() => number) | undefined;
  /** What is done at the latest when this place ends, however it ends. */
  readonly atExit: (finish: () => void) => void;
}

/** One shard of the plan, from what the parent says it is to its last line. */
export async function generate(parent: ParentLink, place: GeneratorPlace): Promise<"complete" | "interrupted"> {
  const init = await parent.init;
  const { plan, shard } = init;
  const fleet = await prepareFleet(
    plan,
    shard,
    {
      note: (text) => parent.note(text),
      now: () => performance.now(),
      keys: createKeyStore(keyFolder(place)),
    },
    parent.stops.drain,
  );
  const provisioner = plan.phases.length === 0 ? NO_PROVISIONER : await createProvisioner(plan);
  // What a device publishes to prove itself names the run that provisioned it: a later look finds what it expects.
  const speaking = { ...plan, runId: init.called?.run ?? plan.runId };
  const login = plan.rollCall.when === "off" ? undefined : await createLogin(speaking, plan.rollCall.hold > 0);

  const routes = await createRoutes(speaking);
  const background =
    plan.background === undefined ? undefined : await openBackground(plan, plan.background, shard, init.background);

  const limits = withSources(await readLimits(readMemory()), sourcesOf(plan.target));
  const protocol = plan.target.transport === "coap" ? "UDP" : "TCP";
  const resources = createResourceReader({ limits, protocol, reusesPorts: reusesPorts(plan, limits) });

  const start = await parent.ready();
  const clock = createClock(start.epoch, monotonic);
  const meters =
    init.metered === true ? createPhaseMeters((phase) => plan.phases[phase]?.shape.kind !== "closed") : undefined;
  const recorder = createRecorder({
    folder: init.folder,
    shard,
    header: headerOf(init, start),
    clock,
    meters,
    byPhase: plan.thresholds.some(({ abort }) => abort !== undefined),
  });
  parent.onClock((reading) => recorder.add({ kind: "clock", at: clock.now(), reading }));
  // Whatever ends this process: what it had reached is written down, without a footer unless it had come to that.
  place.atExit(() => recorder.flush());
  let lost: RollcallError | undefined;
  void recorder.failed.then((error) => {
    lost = resultsLost(error);
  });

  const tempo = createTempo();
  parent.onTempo(({ at, speed }) => {
    // One that is heard of late is made late, and the journal says so: what has started stays where it was due.
    const change = { at: us(Math.max(at, clock.now())), speed };
    tempo.change(change);
    recorder.add({ kind: "tempo", ...change });
  });
  const { progress, done } = runShard({
    plan,
    shard,
    clock,
    fleet,
    // Another seed for each phase, or two random loads would have the same gaps.
    schedule: (phase) => createSchedule(phase.shape, phase.devices, plan.fleet.seed + phase.firstSeq),
    provisioner,
    login,
    routes,
    stranger: strangerOf(plan),
    background,
    sink: recorder,
    reads: createReadWatch(() => clock.now(), ownLoop(place.waited)),
    barrier: parent.createBarrier(clock),
    issued: () => {
      recorder.flushRoster();
      return readRoster(init.called?.roster ?? rosterPath(init.folder, shard.index));
    },
    stops: parent.stops,
    tempo,
  });
  const ended = new AbortController();
  const pulse = startPulse(
    {
      clock,
      probe: place.openProbe({ clock, resources }),
      progress,
      recorder,
      generator: shard.index,
      send: (snapshot) => parent.snapshot(snapshot),
      meters,
    },
    ended.signal,
  );

  const state = await done;
  ended.abort();
  await pulse;
  await recorder.finish(state);
  await Promise.all([
    provisioner.close(),
    login?.close(),
    routes?.close(),
    background?.login.close(),
    background?.routes?.close(),
  ]);
  if (lost !== undefined) throw lost;
  return state;
}

/** The shard stops by itself when its entries can no longer be kept; this tells its user why. */
function resultsLost(error: Error): RollcallError {
  return new RollcallError(
    "results-lost",
    `The results can no longer be written: ${error.message}. The run was stopped; what was written until then counts.`,
    "Free some space, or choose another results folder with --out.",
    EXIT.unhealthy,
    error,
  );
}

function headerOf({ plan, shard, simulated, worker }: GeneratorInit, start: Start) {
  return {
    kind: "header",
    version: 1,
    runId: plan.runId,
    planHash: plan.hash,
    shard,
    startedAt: start.startedAt,
    rollcall: ROLLCALL_VERSION,
    node: process.version,
    machine: machineFacts(),
    simulated,
    ...(worker === undefined ? {} : { worker }),
  } as const;
}
