import { calledIn } from "../../model/outcome.ts";
import { EXIT, RollcallError } from "../../model/error.ts";
import type { GroupPlan, Plan, RecordedGroup, RecordedPlan, RecordedProvisioning } from "../../model/plan.ts";
import { Secret } from "../../model/secret.ts";
import type { NegativeControl } from "../../model/summary.ts";
import { worseControl } from "../../model/worse-control.ts";
import { urlsOfPlan } from "../../model/target.ts";
import { us } from "../../model/units.ts";
import { readJournal } from "../../record/journal.ts";
import { readPlan, writePlan } from "../../record/plan-file.ts";
import { readRosters } from "../../record/roster.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { newRunId } from "../aim/load-scenario.ts";
import type { BusSetting } from "../crew/bus-setting.ts";
import { openTemporaryFolder } from "../machine/temporary-folder.ts";
import { joinCrew } from "../crew/join-crew.ts";
import { dateOf, type World } from "../world.ts";
import { createProgressLines } from "./progress-lines.ts";
import { type CallAgainOptions, issuedIn, recalled } from "./recalled.ts";
import { createRollTally, type Verification } from "./verify-roll.ts";

/** Calls the roll of an earlier run again from the machines of a crew. What a worker did not report counts as not called. */
export async function callByCrew(
  world: World,
  folder: string,
  options: CallAgainOptions,
  setting: BusSetting,
  stop: AbortSignal,
): Promise<Verification> {
  const plan = await readPlan(folder);
  const { rosters } = await openRunFolder(folder);
  const total = await countOf(readRosters(rosters));
  const startedAt = dateOf(world.clock).toISOString();
  const found = await recalled(plan, options);
  const { rollCall } = found;
  const recall = recallPlan({ ...plan, ...found }, options);
  if (total === 0) {
    const nobody = { ...createRollTally().found(), duration: us(0), negativeControl: "not-made" } as const;
    return { version: 1, run: plan.runId, startedAt, target: urlsOfPlan(recall), ...nobody };
  }
  const task = {
    simulated: false,
    metered: false,
    recall: { run: plan.runId, issued: issuedIn(plan, rollCall, readRosters(rosters)), total },
  };
  using temporary = openTemporaryFolder("verify");
  const work = temporary.path;
  const joined = await joinCrew(world, recall, setting, task);
  let missing: readonly string[] = [];
  try {
    await writePlan(work, joined.plan);
    using progress = createProgressLines(world.voice.warn);
    const counts = new Map<number, readonly [called: number, absent: number]>();
    const pool = joined.crew.start({
      folder: work,
      onLoss: setting.onWorkerLoss,
      time: world.clock,
      onSnapshot({ generator, verdicts }) {
        const called = calledIn(verdicts);
        counts.set(generator, [called, called - verdicts.connected]);
        const all = [...counts.values()];
        progress.show(
          all.reduce((sum, [called]) => sum + called, 0),
          all.reduce((sum, [, absent]) => sum + absent, 0),
        );
      },
      onClock: () => undefined,
      onNote: (text) => world.voice.warn(text),
    });
    const abort = (): void => pool.abort();
    if (stop.aborted) abort();
    else stop.addEventListener("abort", abort, { once: true });
    const ends = await pool.done;
    stop.removeEventListener("abort", abort);
    missing = await joined.crew.collect(AbortSignal.any([stop, AbortSignal.timeout(setting.wait * 1_000)]));
    for (const end of ends) {
      if (end.state === "failed" && end.failure.kind === "mistake") {
        const { code, message, hint, exitCode } = end.failure;
        throw new RollcallError(code, message, hint, exitCode);
      }
    }
    const roll = await foldRoll(work, total, recall);
    return { version: 1, run: plan.runId, startedAt, target: urlsOfPlan(recall), ...roll };
  } finally {
    await joined.leave(missing);
  }
}

/** It has no phases: no device is asked for, so that neither the administrator's nor the provision secret is needed or sent. */
function recallPlan(
  { groups, ...plan }: RecordedPlan,
  { concurrency, rate }: Pick<CallAgainOptions, "concurrency" | "rate">,
): Plan {
  const { rollCall } = plan;
  return {
    ...plan,
    runId: newRunId(),
    admin: undefined,
    provisioning: withoutSecrets(plan.provisioning),
    ...(groups === undefined ? {} : { groups: groups.map(withoutSecret) }),
    phases: [],
    background: undefined,
    thresholds: [],
    generators: "auto",
    rollCall: {
      ...rollCall,
      when: "after",
      concurrency: concurrency ?? rollCall.concurrency,
      rate: rate ?? rollCall.rate,
      hold: us(0),
      negativeControl: true,
    },
  };
}

function withoutSecret({ admin: _admin, ...group }: RecordedGroup): GroupPlan {
  return { ...group, provisioning: { ...group.provisioning, secret: new Secret("") } };
}

function withoutSecrets(provisioning: RecordedProvisioning): Plan["provisioning"] {
  const none = new Secret("");
  return provisioning.strategy === "x509-chain"
    ? { ...provisioning, chain: { ...provisioning.chain, key: none } }
    : { ...provisioning, secret: none };
}

async function foldRoll(
  folder: string,
  total: number,
  plan: Pick<Plan, "target" | "rollCall">,
): Promise<Omit<Verification, "version" | "run" | "startedAt" | "target">> {
  const tally = createRollTally(plan.rollCall.at, plan.target.hosts);
  let control: NegativeControl = "not-made";
  let first = Infinity;
  let last = 0;
  const { journals } = await openRunFolder(folder);
  for (const { path } of journals) {
    for await (const line of readJournal(path)) {
      if (line.kind === "negative-control") control = worseControl(control, line.result);
      if (line.kind !== "roll-call") continue;
      tally.add(line.entry);
      if (line.entry.verdict.state === "uncalled") continue;
      first = Math.min(first, line.entry.started);
      last = Math.max(last, line.entry.ended);
    }
  }
  const found = tally.found();
  if (found.called === 0) {
    throw new RollcallError(
      "nobody-called",
      "No worker reported a login: nothing is known of this run's devices.",
      "See what the workers said above, and try it again.",
      EXIT.unhealthy,
    );
  }
  // Whoever is not in a journal was not called, as far as anybody knows.
  const uncalled = total - found.called;
  return { ...found, uncalled, duration: us(Math.max(0, last - first)), negativeControl: control };
}

async function countOf(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of items) count += 1;
  return count;
}
