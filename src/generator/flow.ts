import { type Credentials, type Device, isRepeating } from "../model/device.ts";
import type { Issued } from "../model/entry.ts";
import type { Outcome, Result, Stage } from "../model/outcome.ts";
import {
  type Clock,
  type Fleet,
  type Mark,
  type Provisioner,
  type Reply,
  type Routes,
  type Sink,
  WireError,
} from "../model/ports.ts";
import { type Seq, type Us, us, usFromMs } from "../model/units.ts";
import type { Writable } from "../model/writable.ts";
import { asWireError } from "./internal-error.ts";
import type { Slot } from "./backing-off.ts";
import type { ReadWatch } from "./read-watch.ts";
import { cutShort, firstTry, nextTry, type Retrying } from "./retrying.ts";

export interface FlowDeps {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly provisioner: Provisioner;
  /** Undefined: there is one place for all, that of the provisioner. */
  readonly routes?: Routes | undefined;
  readonly sink: Sink;
  /** Undefined: how long answers lay unread is not recorded. */
  readonly reads?: ReadWatch | undefined;
  /** Undefined: nobody tries again. */
  readonly retrying?: Retrying | undefined;
}

/** What tells one arrival from another. */
export interface Arrival {
  readonly seq: Seq;
  readonly phase: number;
  /** Undefined under closed load: the device arrives when it starts. */
  readonly intended: Us | undefined;
}

/**
 * The life of one device up to its answer: exactly one outcome, and its credentials before it. Returns what was issued.
 * Whatever the wire does, or throws on the way, is data. Where its plan lets it, it tries again after a failure: then each attempt but
 * the last has a line of its own, and the outcome is that of the last. `slot`: its place among those in flight, left while it waits.
 */
export async function provisionDevice(
  deps: FlowDeps,
  { seq, phase, intended }: Arrival,
  onStart: (lateness: Us) => void,
  abort: AbortSignal,
  slot?: Slot,
): Promise<Issued | undefined> {
  const { clock, fleet, routes, sink, reads, retrying } = deps;
  const started = clock.now();
  onStart((intended === undefined ? 0 : started - intended) as Us);
  let facts = retrying === undefined ? undefined : firstTry(intended ?? started, started);
  for (;;) {
    const device = fleet.device(seq, facts?.number);
    const marks: Partial<Record<Stage, Us>> = {};
    /** Time of the last mark. */
    let latest = facts?.started ?? started;
    let unread: Us | undefined;
    let peer: string | undefined;
    let source: string | undefined;
    const mark: Mark = (stage, address, waited = 0) => {
      if (stage === "leaving") {
        source = address;
        return;
      }
      peer ??= address;
      if (marks[stage] !== undefined) return;
      const at = us(Math.max(latest, clock.now() - usFromMs(waited)));
      marks[stage] = latest = at;
      if (stage === "answered") unread = reads?.unread(at);
    };
    const route = routes?.take(seq, facts === undefined ? 0 : facts.number - 1);
    const answer = await answerOf(route?.provisioner ?? deps.provisioner, device, mark, abort);
    const ended = clock.now();
    if (route !== undefined) routes?.free(route);
    const untold = marks.sent !== undefined && answer instanceof WireError && !answer.nothingMade;
    // One that misbehaves asks for nothing that could be created, unless it is the first to ask for what others have too.
    const creatable = device.misbehaviour === undefined || isRepeating(device.misbehaviour);
    const unknown = creatable && untold;
    if (unknown && facts !== undefined) facts = { ...facts, unanswered: [...facts.unanswered, facts.number] };
    const result = resultOf(answer, unknown || (facts !== undefined && facts.unanswered.length > 0));
    const again = facts && retrying?.after(facts, { seq, result, ended, misbehaviour: device.misbehaviour });
    /** In the order of a line of the journal. */
    const told: Writable<Omit<Outcome, "ended" | "result" | "misbehaviour">> = {
      seq,
      name: device.name,
      phase,
      intended: intended ?? started,
      started,
      marks,
    };
    if (facts !== undefined && (facts.number > 1 || again !== undefined)) told.attempt = facts;
    if (unread !== undefined) told.unread = unread;
    if (peer !== undefined) told.peer = peer;
    if (source !== undefined) told.source = source;
    if (route?.name !== undefined) told.place = route.name;
    const outcome: Outcome = Object.assign(told, { ended, result, misbehaviour: device.misbehaviour });
    if (again === undefined || facts === undefined || retrying === undefined || slot === undefined) {
      const issued =
        !(answer instanceof WireError) && answer.status === "SUCCESS"
          ? issuedTo(outcome, answer.credentials)
          : undefined;
      if (issued !== undefined) sink.add({ kind: "issued", ...issued });
      sink.add({ kind: "outcome", outcome });
      return issued;
    }
    sink.add({ kind: "attempt", outcome, again });
    const end = await retrying.waits.until(again, slot);
    if (end !== "due") {
      sink.add({ kind: "outcome", outcome: cutShort(outcome, facts, end, clock.now()) });
      return undefined;
    }
    facts = nextTry(facts, again, clock.now());
  }
}

function issuedTo({ seq, name, place }: Outcome, credentials: Credentials): Issued {
  return place === undefined ? { seq, name, credentials } : { seq, name, credentials, place };
}

async function answerOf(
  provisioner: Provisioner,
  device: Device,
  mark: Mark,
  abort: AbortSignal,
): Promise<Reply | WireError> {
  try {
    return await provisioner.provision(device, mark, abort);
  } catch (error) {
    return asWireError(error);
  }
}

function resultOf(answer: Reply | WireError, unknown: boolean): Result {
  if (answer instanceof WireError) {
    return answer.kind === "aborted"
      ? { state: "aborted", unknown }
      : { state: "failed", kind: answer.kind, detail: answer.detail, unknown };
  }
  return answer.status === "SUCCESS"
    ? { state: "provisioned", credentialsType: answer.credentials.type }
    : { state: "rejected", status: answer.status, message: answer.message };
}
