import { homedir } from "node:os";
import process from "node:process";
import { us } from "../../src/model/units.ts";
import { generate } from "../../src/processes/generate.ts";
import { runCommand } from "../../src/processes/run-command.ts";
import { serveSimulator } from "../../src/processes/serve-simulator.ts";
import { askSimulator } from "../../src/processes/start-simulator.ts";
import type { HealthProbe, HealthProbeOptions } from "../../src/record/health-probe.ts";
import type { SimulatorMessage, SimulatorRequest } from "../../src/runs/simulation/embedded-simulator.ts";
import type { World } from "../../src/runs/world.ts";
import { type Channel, createMailbox } from "../../src/workers/channel.ts";
import { handleOver } from "../../src/workers/generator-handle.ts";
import { connectToParent } from "../../src/workers/parent-link.ts";
import type { GeneratorMessage, ParentMessage } from "../../src/workers/protocol.ts";

/**
 * Generators and simulator in the test's own process: the same modules and the same messages, without half a second of
 * processor time to start each. What is about signals, kills, pipes or the health of a process has processes.
 */
export function childrenHere(variables: World["variables"]): World["children"] {
  return {
    spawnGenerator(spawning) {
      const { near, far } = pipeHere<ParentMessage, GeneratorMessage>();
      const link = connectToParent(far);
      const place = { variables, home: homedir(), openProbe: openCalmProbe, atExit: () => undefined };
      void generate(link, place)
        .then(
          (state) => link.done(state),
          (error: unknown) => link.failed(error),
        )
        .then(() => far.close());
      return handleOver(near, spawning, { pid: undefined, kill: () => void near.close() });
    },
    async startSimulator(options) {
      const { near, far } = pipeHere<SimulatorRequest, SimulatorMessage>();
      void serveSimulator(far);
      return askSimulator(near, options, { pid: undefined, end: () => void near.close() });
    },
    runCommand,
    signal: () => undefined,
  };
}

/** A machine with nothing else to do: how busy the test's own process is says nothing of the generator's. */
function openCalmProbe({ resources }: Pick<HealthProbeOptions, "resources">): HealthProbe {
  return {
    take: () => ({
      eventLoopUtilisation: 0.05,
      eventLoopDelayP99: us(0),
      gcPause: us(0),
      cpuShare: 0.05,
      residentBytes: process.memoryUsage.rss(),
      resources: resources(),
    }),
    close: () => undefined,
  };
}

/** Both ends of a pipe. What is said goes through JSON, as between processes, and is heard on another turn of the event loop. */
function pipeHere<Near extends object, Far extends object>(): {
  readonly near: Channel<Near, Far>;
  readonly far: Channel<Far, Near>;
} {
  const toFar = createMailbox<Near>();
  const toNear = createMailbox<Far>();
  const closed = Promise.withResolvers<void>();
  let open = true;
  const end = <Said extends object, Heard>(
    to: { put(message: Said): void },
    from: { hear(listener: (message: Heard) => void): void },
    gone: string,
  ): Channel<Said, Heard> => {
    const say = (message: Said): void => {
      if (!open) return;
      const text = JSON.stringify(message);
      setImmediate(() => to.put(JSON.parse(text) as Said));
    };
    return {
      say,
      mention: say,
      hear: (listener) => from.hear(listener),
      gone: closed.promise.then(() => gone),
      flush: () => Promise.resolve(),
      close() {
        open = false;
        // What was said before is heard before.
        setImmediate(() => closed.resolve());
        return Promise.resolve();
      },
    };
  };
  return {
    near: end(toFar, toNear, "exit code 0"),
    far: end(toNear, toFar, "the parent process is gone"),
  };
}
