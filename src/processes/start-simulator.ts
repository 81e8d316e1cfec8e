import { fork } from "node:child_process";
import process from "node:process";
import { EXIT, RollcallError } from "../model/error.ts";
import type { EmbeddedSimulator, SimulatorMessage, SimulatorRequest } from "../runs/simulation/embedded-simulator.ts";
import type { SimulatorOptions } from "../simulator/options.ts";
import type { Channel } from "../workers/channel.ts";
import { openChildChannel } from "../workers/child-channel.ts";
import { childEnvironment } from "../workers/child-environment.ts";
import { processEntry } from "./process-entry.ts";

/** The simulator in a process of its own, on free ports of 127.0.0.1. Throws RollcallError "simulator-failed". `entry`: the module that it runs. */
export async function startEmbeddedSimulator(
  options: SimulatorOptions,
  entry: URL = processEntry("simulator-process"),
): Promise<EmbeddedSimulator> {
  const child = fork(entry, {
    // A session of its own, so that Ctrl-C in the terminal does not end it before the roll call.
    detached: true,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
    env: childEnvironment(process.env),
  });
  // It keeps nothing that would have to be saved.
  return askSimulator(openChildChannel(child), options, { pid: child.pid, end: () => void child.kill("SIGKILL") });
}

/** Whoever is at the other end of the channel is the simulator. */
export async function askSimulator(
  channel: Channel<SimulatorRequest, SimulatorMessage>,
  options: SimulatorOptions,
  own: { readonly pid: number | undefined; readonly end: () => void },
): Promise<EmbeddedSimulator> {
  let disposed = false;
  let take: (message: SimulatorMessage) => void = () => undefined;
  channel.hear((message) => take(message));
  const died = new Promise<string>((resolve) => {
    void channel.gone.then((how) => {
      if (!disposed) resolve(how);
    });
  });
  const ask = (request: SimulatorRequest): Promise<SimulatorMessage> => {
    const answer = new Promise<SimulatorMessage>((resolve) => {
      take = resolve;
    });
    channel.say(request);
    return Promise.race([
      answer,
      died.then((how): SimulatorMessage => ({ kind: "failed", reason: `its process ended with ${how}` })),
    ]);
  };
  const message = await ask({ kind: "start", options });
  if (message.kind !== "listening") {
    own.end();
    const reason = message.kind === "failed" ? message.reason : message.kind;
    throw new RollcallError(
      "simulator-failed",
      `The simulator could not be started: ${reason.replace(/\.$/, "")}.`,
      "See the version given to --simulate, and `rollcall simulate --help`.",
      EXIT.usage,
    );
  }
  return {
    ports: message.ports,
    pid: own.pid,
    died,
    async account() {
      const told = await ask({ kind: "account" });
      if (told.kind !== "account") throw new Error(`no account of the simulator: ${JSON.stringify(told)}`);
      return told.account;
    },
    [Symbol.dispose]() {
      disposed = true;
      own.end();
    },
  };
}
