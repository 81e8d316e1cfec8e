import type { ExitCode } from "../model/error.ts";
import type { View } from "../model/live.ts";
import type { Plan } from "../model/plan.ts";
import type { Waits } from "../operations/at-rest.ts";
import type { ReportOptions } from "../report/report.ts";
import type { SimulatorOptions } from "../simulator/options.ts";
import type { BusPace } from "../workers/bus/pace.ts";
import type { SpawnGenerator } from "../workers/generator-handle.ts";
import type { EmbeddedSimulator } from "./simulation/embedded-simulator.ts";
import type { Memory } from "./machine/machine-limits.ts";
import type { OtherWorkWatch } from "./machine/other-work.ts";
import type { TempoKey } from "./under-way/tempo-control.ts";
import type { StopActions } from "./under-way/stop-signals.ts";

/**
 * What the program finds around it: this room touches neither the process nor the console nor a clock of its own, so that
 * the whole program can run inside a test, with another world.
 */
export interface World {
  /** The environment. What `setup` makes up for variables that are not set is put into it. */
  readonly variables: Record<string, string | undefined>;
  /** The user's home folder. */
  readonly home: string;
  /** Where relative paths begin, and paths are shown from. */
  readonly folder: string;
  readonly clock: WorldClock;
  readonly voice: Voice;
  readonly children: Children;
  readonly machine: MachineMemory;
  /** Undefined: the usual one. */
  readonly busPace: BusPace | undefined;
  /** Tells what the user's signals mean, until disposed of. */
  listenForStops(actions: StopActions): Disposable;
  /** Single keys of its terminal, until disposed of; `listening` false: there is none that is ours. */
  listenForKeys(onKey: (key: TempoKey) => void): Disposable & { readonly listening: boolean };
  /** Ends the program at once; what is not written is lost. */
  readonly leave: (code: ExitCode) => void;
}

export interface WorldClock {
  /** Nanoseconds on the clock that all processes of this machine share. */
  readonly monotonic: () => bigint;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  /** For what may take long and is not measured. */
  readonly waits: Waits;
}

/** All that is said to people. */
export interface Voice {
  /** What was asked for; resolves when it has left. */
  readonly say: (text: string) => Promise<void>;
  /** Beside it: what goes on, and what went wrong. */
  readonly warn: (text: string) => void;
  /** Asks a person for a yes or a no; undefined: there is no terminal to ask at. */
  readonly ask: (question: string) => Promise<boolean | undefined>;
  /** Asks for a line of text; `hidden`: not shown as it is typed. Undefined: there is nobody to ask, or no answer. */
  readonly askText: (question: string, hidden: boolean) => Promise<string | undefined>;
  /** Shows how far something long has come. */
  readonly progress: (what: string) => (done: number, of: number) => void;
  openView(setting: ViewSetting): Promise<View>;
  /** Whether what is said is seen at once, by a person. */
  readonly isTerminal: boolean;
  /** How a report is to look where it is said. */
  display(): ReportOptions;
}

export interface ViewSetting {
  readonly plan: Plan;
  readonly folder: string;
  readonly simulated: boolean;
  readonly quiet: boolean;
  /** Given for a run that is one of many: a terminal shows the run under this heading while it lasts, and nothing else shows it. */
  readonly heading?: string | undefined;
}

/** Processes that are started for a run. */
export interface Children {
  /** One generator, in a process of its own. */
  readonly spawnGenerator: SpawnGenerator;
  /** Throws RollcallError "simulator-failed". */
  startSimulator(options: SimulatorOptions): Promise<EmbeddedSimulator>;
  /** A command of the user's own, until it has ended or is stopped. Never rejects. */
  runCommand(setting: CommandSetting, stop: AbortSignal): Promise<CommandEnd>;
  /** To one of them; nothing happens where it is gone. */
  signal(pid: number, signal: NodeJS.Signals): void;
}

export interface CommandSetting {
  /** For the shell. */
  readonly command: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface CommandEnd {
  /** In words: "exit code 0". */
  readonly how: string;
  readonly succeeded: boolean;
  /** The beginning of what it printed. */
  readonly output: string;
}

export interface MachineMemory {
  /** The runtime's version, e.g. "v24.1.0". */
  readonly node: string;
  memory(): Memory;
  /** Of this machine's processors. */
  readonly otherWork: OtherWorkWatch;
}

/** The wall clock, as it is written down. */
export function dateOf({ wall }: WorldClock): Date {
  return new Date(wall());
}

/** Milliseconds on the shared monotonic clock. */
export function monotonicMs({ monotonic }: WorldClock): number {
  return Number(monotonic() / 1_000n) / 1_000;
}
