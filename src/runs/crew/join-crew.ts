import { isThere } from "../../model/background.ts";
import { EXIT, RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import type { Shard } from "../../model/ports.ts";
import { Secret } from "../../model/secret.ts";
import { targetsOf } from "../../model/target.ts";
import { ROLLCALL_VERSION } from "../../model/version.ts";
import { readAuthority, readIdentity } from "../../wires/socket/endpoint.ts";
import { openBus, tellOfBus } from "../../workers/bus/connection.ts";
import { briefCrew, type Crew, type CrewOptions } from "../../workers/crew/crew.ts";
import { type Muster, musterWorkers } from "../../workers/crew/muster.ts";
import { readBackgroundDevices } from "../names/background-devices.ts";
import { generatorsOf } from "../preflight/demand.ts";
import { stopOnSignals } from "../under-way/stop-on-signals.ts";
import { quantity } from "../../writing/notation.ts";
import type { World } from "../world.ts";
import { type BusSetting, readBusAddress } from "./bus-setting.ts";

/** Workers that are ready to start on a plan. */
export interface JoinedCrew {
  readonly crew: Crew;
  readonly plan: Plan & { readonly generators: number };
  /** After the results are here, or when there will be none. */
  leave(missing: readonly string[]): Promise<void>;
}

const ALL: Shard = { index: 0, count: 1 };

interface CrewTask {
  readonly simulated: boolean;
  readonly metered: boolean;
  /** Each worker aims at a responder of its own. */
  readonly responders?: boolean;
  readonly recall?: CrewOptions["recall"];
}

/** A crew that can do what it is asked for. Throws RollcallError as `gatherCrew`, and when one finds that it cannot do its share. */
export async function joinCrew(world: World, plan: Plan, setting: BusSetting, how: CrewTask): Promise<JoinedCrew> {
  const joined = await gatherCrew(world, plan, setting, how);
  try {
    judge(joined.crew, world.voice.warn);
    return joined;
  } catch (error) {
    await joined.leave([]);
    throw error;
  }
}

/**
 * Waits for the workers, shares the plan out among them, and has each look at its machine. Throws RollcallError when
 * they do not come, or differ in version.
 */
export async function gatherCrew(
  world: World,
  plan: Plan,
  setting: BusSetting,
  { simulated, metered, responders, recall }: CrewTask,
): Promise<JoinedCrew> {
  const background = isThere(plan.background) ? await readBackgroundDevices(plan.background, ALL) : undefined;
  const say = world.voice.warn;
  using stops = stopOnSignals(world);
  const bus = await openBus(await readBusAddress(setting), `rollcall run ${plan.runId}`, undefined, world.busPace);
  try {
    for (const warning of bus.warnings) say(`warning: ${warning}`);
    void tellOfBus(bus, say);
    say(`waiting for ${setting.workers} worker${setting.workers === 1 ? "" : "s"} on ${setting.bus}`);
    const timeout = AbortSignal.timeout(setting.wait * 1_000);
    const muster = await musterWorkers(
      {
        bus,
        run: plan.runId,
        wanted: setting.workers,
        rollcall: ROLLCALL_VERSION,
        leaseMs: setting.lease * 1_000,
        monotonic: world.clock.monotonic,
        onNote: say,
      },
      AbortSignal.any([stops.signal, timeout]),
    );
    const leave = async (missing: readonly string[]): Promise<void> => {
      await muster.disband({ keepObjects: missing.length > 0 });
      await bus.close();
    };
    try {
      const numbered = { ...plan, generators: generatorsFor(plan, setting, muster) };
      const crew = await briefCrew({
        muster,
        plan: numbered,
        files: readNamedFiles(plan),
        simulated,
        metered,
        responders,
        recall,
        background: background?.map(({ issued }) => issued),
        perWorker: setting.generatorsPerWorker,
      });
      return { crew, plan: numbered, leave };
    } catch (error) {
      await leave([]);
      throw error;
    }
  } catch (error) {
    await bus.close();
    throw error;
  }
}

/** As asked for each worker, or in all; else what each machine takes by itself. */
function generatorsFor(plan: Plan, { workers, generatorsPerWorker }: BusSetting, { recruits }: Muster): number {
  const cores = recruits.reduce((sum, { hello }) => sum + Math.max(1, hello.cores - 1), 0);
  const asked = generatorsPerWorker === undefined ? plan.generators : generatorsPerWorker * workers;
  const total = asked === "auto" ? cores : asked;
  const most = generatorsOf({ ...plan, generators: total }, total);
  if (most >= total && total >= workers) return total;
  if (most >= total) {
    throw new RollcallError(
      "too-many-workers",
      `${quantity(total, "generator")} for ${quantity(workers, "worker")}: each worker needs one.`,
      "Take fewer workers, or set --generators-per-worker or --generators.",
    );
  }
  throw new RollcallError(
    "too-many-workers",
    `This plan can be shared out among ${quantity(most, "generator")} at most; ${Math.max(total, workers)} were asked for.`,
    "Take fewer workers, set --generators-per-worker or --generators, or raise load.concurrency, maxInFlight or rollCall.concurrency.",
  );
}

/** What the plan names by a path of this machine. */
function readNamedFiles(plan: Plan): Readonly<Record<string, Secret>> {
  const files = targetsOf(plan).map(({ tls }) => {
    const { caFile, identity } = tls ?? {};
    const shown = identity && readIdentity(identity);
    return {
      ...(caFile === undefined ? {} : { [caFile]: new Secret(readAuthority(caFile)) }),
      ...(identity && shown && { [identity.certificateFile]: new Secret(shown.certificate) }),
      ...(identity && shown && { [identity.keyFile]: shown.privateKey }),
    };
  });
  return Object.assign({}, ...files) as Readonly<Record<string, Secret>>;
}

/** Warnings are shown; what cannot work on one machine ends the run before it has sent anything. */
function judge({ examined }: Crew, say: (text: string) => void): void {
  const findings = examined.flatMap(({ name, findings: own }) => own.map((finding) => ({ ...finding, name })));
  const errors = findings.filter(({ level }) => level === "error");
  for (const { name, message, hint } of findings.filter(({ level }) => level === "warning")) {
    say(`warning: ${name}: ${message} ${hint}`);
  }
  if (errors.length === 0) return;
  throw new RollcallError(
    "worker-preflight",
    errors.map(({ name, message }) => `${name}: ${message}`).join("\n"),
    errors.map(({ name, hint }) => `${name}: ${hint}`).join("\n"),
    EXIT.usage,
  );
}
