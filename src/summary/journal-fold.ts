import type { BackgroundLogin } from "../model/background.ts";
import { endsByTime } from "../model/devices-of.ts";
import { deviceVerdict, LOCAL_KINDS, type Outcome, type RollCallEntry } from "../model/outcome.ts";
import type { Phase } from "../model/plan.ts";
import { type Us, us } from "../model/units.ts";
import { createHistogram, recordValue } from "../record/histograms.ts";
import type { JournalEntry, JournalLine } from "../record/journal-line.ts";
import { conditionOf, takeLine } from "../record/standings.ts";
import { addAddress, addLoginAddress } from "./address-tally.ts";
import { addArrival } from "./arrivals.ts";
import { addBackgroundLogin, addBackgroundLoss, addMessages } from "./background-tally.ts";
import { worseClock } from "./clock-tally.ts";
import { addFirst, count, deviceLabel } from "./first-devices.ts";
import { addAttemptToGroup, addLoginToGroup, addToGroup, groupIn } from "./group-tally.ts";
import { addWindow, arrivalsIn, type GeneratorTally } from "./generator-tally.ts";
import { recordReading } from "./latency-tally.ts";
import { addToPairs, tellsIssuers } from "./login-pairs.ts";
import { loginReading, type Reading } from "./metrics.ts";
import { addAttempt, addOutcome, isDue } from "./phase-tally.ts";
import { addAttemptToPlaces, addToPlaces } from "./place-tally.ts";
import { addAttemptToSources, addLoginToSources, addToSources } from "./source-tally.ts";
import { addTempo } from "./tempo-tally.ts";
import { addReconnect } from "./reconnect-tally.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { addFailedAttempt, addLastAttempt } from "./retry-tally.ts";
import { addControl, addHold, addLogin } from "./roll-call-tally.ts";
import { generatorIn, type RunTally } from "./run-tally.ts";
import { addHealthToSeconds, addLoginToSeconds, addToSeconds } from "./second-tally.ts";
import { tighter, tightnessOf } from "./tightest.ts";

const NOBODY: ReadonlySet<string> = new Set();

/** Takes the lines of one generator's journal, in order, into `tally`. */
export function createJournalFold(facts: PlanFacts, tally: RunTally, index: number): (line: JournalLine) => void {
  const { plan, ghosts = NOBODY } = facts;
  const retries = plan.fleet.retry !== undefined;
  const generator = generatorIn(tally, index);
  /** Intended times of provisioned devices whose inline login is under way: as many as are in flight. */
  const usableFrom = new Map<number, Us>();
  /** When phases began, by their index. */
  const begun = new Map<number, Us>();

  function foldOutcome(outcome: Outcome): void {
    const { seq, name, result, phase } = outcome;
    const plannedPhase = plan.phases[phase];
    const phaseTally = tally.phases[phase];
    if (plannedPhase === undefined || phaseTally === undefined) return;
    const position = positionIn(plannedPhase, outcome, begun.get(phase));
    if (isDue(outcome)) addArrival(arrivalsIn(generator, phase), outcome);
    addOutcome(phaseTally, outcome, position, plannedPhase.shape.kind !== "closed");
    addToSeconds(tally.seconds, outcome);
    addAddress(tally.addresses, outcome);
    addToPlaces(tally.places, outcome, { warmup: plannedPhase.warmup, ghosts });
    addToSources(tally.sources, outcome, plannedPhase.warmup);
    const group = facts.groupOf(seq);
    if (group !== undefined) {
      const open = plannedPhase.shape.kind !== "closed";
      addToGroup(groupIn(tally.groups, group), outcome, { warmup: plannedPhase.warmup, open, ghosts });
    }
    const device = retries || result.state !== "provisioned" ? deviceLabel(seq, name) : "";
    if (retries) addLastAttempt(tally.retries, outcome, { device, measured: !plannedPhase.warmup });
    if (result.state === "failed") {
      count(tally.failures, result.kind, { seq, device, text: result.detail });
      if (LOCAL_KINDS.includes(result.kind)) generator.localErrors += 1;
    } else if (result.state === "rejected") {
      count(tally.rejections, result.status, { seq, device, text: result.message });
    } else if (result.state === "provisioned") {
      generator.provisioned += 1;
      if (conditionOf(tally.standings, index).header?.worker !== undefined && !plannedPhase.warmup)
        recordRoundTrip(generator, outcome.marks);
      if (plan.rollCall.when === "inline") usableFrom.set(seq, outcome.intended);
    }
    const untold = (result.state === "failed" || result.state === "aborted") && result.unknown;
    if (untold || (result.state === "rejected" && (outcome.attempt?.unanswered.length ?? 0) > 0)) {
      addFirst(tally.unknown, { seq, name: device });
    }
  }

  function foldAttempt(outcome: Outcome): void {
    const phaseTally = tally.phases[outcome.phase];
    if (phaseTally === undefined) return;
    addAttempt(phaseTally, outcome);
    addAttemptToPlaces(tally.places, outcome);
    addAttemptToSources(tally.sources, outcome);
    const group = facts.groupOf(outcome.seq);
    if (group !== undefined && plan.phases[outcome.phase]?.warmup === false) {
      addAttemptToGroup(groupIn(tally.groups, group), outcome);
    }
    addFailedAttempt(tally.retries, outcome);
  }

  function foldVerdict(entry: RollCallEntry): void {
    const verdict = deviceVerdict(entry);
    if (verdict !== undefined) generator.verdicts += 1;
    addLogin(tally.rollCall, entry);
    if (plan.rollCall.at !== undefined) addToPairs(tally.pairs, entry, tellsIssuers(plan));
    addLoginAddress(tally.addresses, entry);
    addLoginToSources(tally.sources, entry);
    addLoginToSeconds(tally.seconds, entry);
    const { verdict: own } = entry;
    const failed = own.state === "unreachable" || own.state === "mute";
    if (failed && LOCAL_KINDS.includes(own.kind)) generator.localErrors += 1;
    const phase = facts.phaseOf(entry.seq);
    const latencies = tally.phases[phase]?.latencies;
    // Usable is a device that has been let in wherever it was tried.
    const intended = verdict?.state === "connected" ? usableFrom.get(entry.seq) : undefined;
    if (verdict !== undefined) usableFrom.delete(entry.seq);
    const readings = readingsOfLogin(entry, intended);
    const group = facts.groupOf(entry.seq);
    if (group !== undefined) {
      addLoginToGroup(groupIn(tally.groups, group), entry, plan.phases[phase]?.warmup === false ? readings : []);
    }
    if (latencies !== undefined) for (const reading of readings) recordReading(latencies, reading);
  }

  function foldBackgroundLogin(login: BackgroundLogin): void {
    addBackgroundLogin(tally.background, login);
    const { verdict } = login;
    if (verdict.state === "unreachable" && LOCAL_KINDS.includes(verdict.kind)) generator.localErrors += 1;
  }

  function foldEntry(entry: JournalEntry): void {
    const time = timeOf(entry);
    if (time !== undefined && time > tally.lastEntry) tally.lastEntry = time;
    switch (entry.kind) {
      case "claimed":
      case "phase-end":
        break;
      case "phase":
        begun.set(entry.phase, entry.startedAt);
        break;
      case "outcome":
        foldOutcome(entry.outcome);
        break;
      case "attempt":
        foldAttempt(entry.outcome);
        break;
      case "roll-call":
        foldVerdict(entry.entry);
        break;
      case "reconnect":
        addReconnect(tally.rollCall.reconnects, entry.entry);
        break;
      case "background-login":
        foldBackgroundLogin(entry.entry);
        break;
      case "background-loss":
        addBackgroundLoss(tally.background, entry.entry);
        break;
      case "messages":
        addMessages(tally.background, entry.tally);
        break;
      case "negative-control":
        addControl(tally.rollCall, entry);
        break;
      case "hold":
        addHold(tally.rollCall, entry.hold);
        break;
      case "health":
        addHealthToSeconds(tally.seconds, index, entry.sample);
        generator.tightest = tighter(generator.tightest, tightnessOf(entry.sample));
        if (plan.phases[entry.sample.phase]?.warmup === false) addWindow(generator.windows, entry.sample);
        break;
      case "clock":
        generator.clock = worseClock(generator.clock, entry.reading);
        break;
      case "tempo":
        addTempo(tally.tempo, entry);
        break;
    }
  }

  return (line) => {
    if (takeLine(tally.standings, index, line)) foldEntry(line);
  };
}

/** Where in its phase a device is, 0 to 1: by its number, or by time where the phase ends by time. */
function positionIn(phase: Phase, { seq, intended }: Outcome, begun: Us | undefined): number {
  if (!endsByTime(phase)) return (seq - phase.firstSeq) / phase.devices;
  return begun === undefined ? 0 : (intended - begun) / phase.shape.duration;
}

/** `intended`: of a device that was let in at once. */
function readingsOfLogin(entry: RollCallEntry, intended: Us | undefined): readonly Reading[] {
  const reading = loginReading(entry);
  if (reading === undefined) return [];
  const usable = entry.marks.proved ?? entry.marks.admitted;
  if (intended === undefined || usable === undefined) return [reading];
  return [reading, { metric: "timeToUsable", group: "success", value: us(usable - intended) }];
}

/** For the line of its machine in the report. */
function recordRoundTrip(generator: GeneratorTally, { sent, answered }: Outcome["marks"]): void {
  if (sent === undefined || answered === undefined) return;
  recordValue((generator.roundTrips ??= createHistogram()), us(answered - sent));
}

/** When an entry happened. What a stop kept from starting has only times that never came. */
function timeOf(entry: JournalEntry): Us | undefined {
  switch (entry.kind) {
    case "outcome":
    case "attempt":
      return entry.outcome.result.state === "dropped" ? undefined : entry.outcome.ended;
    case "roll-call":
      return entry.entry.verdict.state === "uncalled" ? undefined : entry.entry.ended;
    case "reconnect":
      return entry.entry.ended;
    case "background-login":
      return entry.entry.verdict.state === "uncalled" ? undefined : entry.entry.ended;
    case "background-loss":
      return entry.entry.at;
    case "phase":
      return entry.startedAt;
    case "health":
      return entry.sample.at;
    case "tempo":
    case "clock":
      // The worker's own clock says it, where nothing of the run may be happening.
      return undefined;
    case "claimed":
    case "phase-end":
    case "negative-control":
    case "hold":
    case "messages":
      return undefined;
  }
}
