import type { Argv } from "yargs";
import type { AddCommand, CommandList } from "./commands/command.ts";
import type { World } from "../runs/world.ts";

/**
 * Every command as the help lists it, in its order. A command loads what it needs when it is named: help and version must not
 * wait for what makes load. What is said here is what each command says of itself.
 */
export const COMMANDS: CommandList = {
  init: {
    group: "run",
    usage: "init [file]",
    describe: "write a first scenario: asks for what it needs, or takes it as options; nothing is written over",
    load: () => import("./commands/init.ts"),
  },
  run: {
    group: "run",
    usage: "run <scenario>",
    describe: "provision the scenario's fleet, time every round trip, call the roll",
    load: () => import("./commands/run.ts"),
  },
  resume: {
    group: "run",
    usage: "resume <run>",
    describe:
      "provision what a crashed or stopped run left open, under names that cannot exist yet, as a run of its own",
    load: () => import("./commands/resume.ts"),
  },
  repeat: {
    group: "run",
    usage: "repeat <scenario>",
    describe: "run a scenario several times, against one target or two in turn, for `compare`",
    load: () => import("./commands/repeat.ts"),
  },
  search: {
    group: "run",
    usage: "search <scenario>",
    describe: "find the highest rate that the target keeps up with, as a pair of bounds",
    load: () => import("./commands/search.ts"),
  },
  worker: {
    group: "run",
    usage: "worker",
    describe: "make load on this machine for runs that are started elsewhere with --bus",
    load: () => import("./commands/worker.ts"),
  },
  mark: {
    group: "run",
    usage: "mark <run> <text>",
    describe:
      "note in a run that is under way what happens now; its report then tells how deep the load dipped, and the time to recover",
    load: () => import("./commands/mark.ts"),
  },
  collect: {
    group: "run",
    usage: "collect <run>",
    describe: "fetch what workers still keep of a run whose coordinator or bus was lost, then report it",
    load: () => import("./commands/collect.ts"),
  },
  report: {
    group: "judge",
    usage: "report <run>",
    describe: "make a run's results again from its journals, and show them",
    load: () => import("./commands/report.ts"),
  },
  view: {
    group: "judge",
    usage: "view [results..]",
    describe: "list the runs, series and checks of results folders, and where their figures changed",
    load: () => import("./commands/view.ts"),
  },
  label: {
    group: "judge",
    usage: "label <run> [labels..]",
    describe: "give a run labels and a note, by which `view` finds it again",
    load: () => import("./commands/label.ts"),
  },
  export: {
    group: "judge",
    usage: "export <run>",
    describe: "copy a run for others: what its report is made from, without credentials",
    load: () => import("./commands/export.ts"),
  },
  prune: {
    group: "judge",
    usage: "prune [results..]",
    describe: "delete the folders of old runs and series; without --yes only say which",
    load: () => import("./commands/prune.ts"),
  },
  compare: {
    group: "judge",
    usage: "compare <base..>",
    describe: "compare runs with those of --against (or behind --): did the server get slower?",
    load: () => import("./commands/compare.ts"),
  },
  baseline: {
    group: "judge",
    usage: "baseline <action> <file> [runs..]",
    describe: "keep runs of a good release in one file, and compare later runs with them: did the server get slower?",
    load: () => import("./commands/baseline.ts"),
  },
  verify: {
    group: "judge",
    usage: "verify <run>",
    describe: "call the roll of an earlier run again, e.g. after an upgrade of the server",
    load: () => import("./commands/verify.ts"),
  },
  conformance: {
    group: "judge",
    usage: "conformance [target]",
    describe: "try a server with every rule of the provisioning contract: which version does it behave like?",
    load: () => import("./commands/conformance.ts"),
  },
  "upgrade-check": {
    group: "judge",
    usage: "upgrade-check <stage> <scenario>",
    describe:
      "before and after the upgrade of a server: do the old devices still connect, what changed, did it get slower?",
    load: () => import("./commands/upgrade-check.ts"),
  },
  doctor: {
    group: "server",
    usage: "doctor <scenario>",
    describe: "find what would spoil a run before it starts: server, profile, one device, limits, this machine",
    load: () => import("./commands/doctor.ts"),
  },
  setup: {
    group: "server",
    usage: "setup <scenario>",
    describe:
      "make the scenario's device profile on the server, and the devices that must exist before; what is there is checked, never changed",
    load: () => import("./commands/setup.ts"),
  },
  reconcile: {
    group: "server",
    usage: "reconcile <run>",
    describe: "ask the server which devices of a run it has: ghosts, and those told but missing",
    load: () => import("./commands/reconcile.ts"),
  },
  cleanup: {
    group: "server",
    usage: "cleanup <run>",
    describe:
      "delete the devices that a run made, its ghosts, and what setup made for it, from the server; without --yes only say which",
    load: () => import("./commands/cleanup.ts"),
  },
  validate: {
    group: "instrument",
    usage: "validate <scenario>",
    describe: "check a scenario and print the plan it makes, secrets redacted",
    load: () => import("./commands/validate.ts"),
  },
  schema: {
    group: "instrument",
    usage: "schema [name]",
    describe: "print the JSON Schema of scenarios, for editors, or of a file that rollcall writes",
    load: () => import("./commands/schema.ts"),
  },
  simulate: {
    group: "instrument",
    usage: "simulate",
    describe: "act as a ThingsBoard: provision devices and let them log in over MQTT, HTTP and CoAP, until Ctrl-C",
    load: () => import("./commands/simulate.ts"),
  },
  explain: {
    group: "instrument",
    usage: "explain [word..]",
    describe:
      "say what an exit code, a verdict, a kind of failure or a threshold's quantity means; without a word all of them",
    load: () => import("./commands/explain.ts"),
  },
  completion: {
    group: "instrument",
    usage: "completion [shell]",
    describe: "print a script that completes commands, options and their values in bash or zsh",
    load: () => import("./commands/completion.ts"),
  },
  calibrate: {
    group: "instrument",
    usage: "calibrate <scenario>",
    describe: "measure this machine's own floor: the same plan against a responder that answers at once",
    load: () => import("./commands/calibrate.ts"),
  },
  selftest: {
    group: "instrument",
    usage: "selftest",
    describe: "measure simulated servers whose times are known: can rollcall's figures be trusted on this machine?",
    load: () => import("./commands/selftest.ts"),
  },
};

/** Adds all: those that are named among `args` whole, of the others only that they are there; the program's help lists them by itself. */
export async function addCommands(
  program: Argv,
  args: readonly string[],
  world: World,
  start: Parameters<AddCommand>[2],
): Promise<void> {
  for (const [name, { usage, load }] of Object.entries(COMMANDS)) {
    if (args.includes(name)) (await load()).add(program, world, start, COMMANDS);
    else program.command(usage, false);
  }
}
