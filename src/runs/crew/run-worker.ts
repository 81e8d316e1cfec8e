import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { availableParallelism, hostname } from "node:os";
import { resolve } from "node:path";
import { EXIT, type ExitCode, type RollcallError } from "../../model/error.ts";
import { ROLLCALL_VERSION } from "../../model/version.ts";
import { requireFolder } from "../../record/results-folder.ts";
import { openBus, tellOfBus } from "../../workers/bus/connection.ts";
import { serveRuns } from "../../workers/crew/worker.ts";
import { readLimits } from "../machine/machine-limits.ts";
import { machineFacts } from "../machine/machine-facts.ts";
import { stopOnSignals } from "../under-way/stop-on-signals.ts";
import type { World } from "../world.ts";
import { type BusArguments, readBusAddress } from "./bus-setting.ts";
import { examineShare } from "./examine-share.ts";
import { workerFolder } from "./worker-folder.ts";

export interface WorkerSetting extends BusArguments {
  /** For people; undefined: the machine's own. */
  readonly name: string | undefined;
  /** Cores to offer; undefined: all. */
  readonly cores: number | undefined;
  /** Folder of what it keeps; undefined: one of its name in the user's cache. */
  readonly data: string | undefined;
  /** Touched each time the bus has heard that this worker is alive, for whoever watches its health. */
  readonly healthFile: string | undefined;
}

/** Makes load for whoever has a place for it, until it is told to stop by a signal. */
export async function runWorker(world: World, setting: WorkerSetting): Promise<ExitCode> {
  const { clock, children, machine } = world;
  const say = world.voice.warn;
  using stops = stopOnSignals(world);
  const address = await readBusAddress(setting);
  const host = hostname();
  const name = setting.name ?? host;
  const data = resolve(setting.data ?? workerFolder(world, name));
  await requireFolder(data);
  say(`worker ${name}: rollcall ${ROLLCALL_VERSION}, looking for the bus at ${setting.bus}`);
  const patience = {
    onWaiting: ({ message, hint }: RollcallError) => say(`${message} Trying again until there is one. ${hint}`.trim()),
    stop: stops.signal,
  };
  const bus = await Promise.race([
    openBus(address, `rollcall worker ${name}`, patience, world.busPace),
    untilAborted(stops.signal),
  ]);
  if (bus === undefined) return EXIT.pass;
  for (const warning of bus.warnings) say(`warning: ${warning}`);
  void tellOfBus(bus, say);
  const limits = await readLimits(machine.memory());
  const { cpu, os } = machineFacts();
  await serveRuns(
    {
      bus,
      worker: randomBytes(4).toString("hex"),
      facts: {
        name,
        host,
        rollcall: ROLLCALL_VERSION,
        node: machine.node,
        cores: setting.cores ?? availableParallelism(),
        memoryBytes: limits.memoryBytes,
        os,
        cpu,
        openFiles: limits.openFiles ?? null,
        ports: limits.ports ?? null,
      },
      data,
      spawn: children.spawnGenerator,
      monotonic: clock.monotonic,
      async respond(plan, rosters) {
        const { startResponder } = await import("../simulation/responder.ts");
        return startResponder(world, plan, rosters);
      },
      examine: (plan, share) => examineShare(plan, share, { data, memory: machine.memory() }),
      say,
      onAlive() {
        if (setting.healthFile !== undefined) void writeFile(setting.healthFile, "").catch(() => undefined);
      },
    },
    stops.signal,
  );
  await bus.close();
  return EXIT.pass;
}

function untilAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((done) => signal.addEventListener("abort", () => done(undefined), { once: true }));
}
