import { type Device, isRepeating } from "../model/device.ts";
import type { Issued } from "../model/entry.ts";
import type { Outcome, Result, Stage } from "../model/outcome.ts";
import {
  type Clock,
  type Fleet,
  type Provisioner,
  type Reply,
  type Routes,
  type Sink,
  WireError,
} from "../model/ports.ts";
import type { Seq, Us } from "../model/units.ts";
import { asWireError } from "./internal-error.ts";
import type { ReadWatch } from "./read-watch.ts";

export interface FlowDeps {
  readonly clock: Clock;
  readonly fleet: Fleet;
  readonly provisioner: Provisioner;
  /** Undefined: there is one place, that of the provisioner. */
  readonly routes?: Routes | undefined;
  readonly sink: Sink;
  /** Undefined: how long answers lay unread is not recorded. */
  readonly reads?: ReadWatch | undefined;
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
 * Whatever the wire does, or throws on the way, is data.
 */
export async function provisionDevice(
  deps: FlowDeps,
  { seq, phase, intended }: Arrival,
  onStart: (lateness: Us) => void,
  abort: AbortSignal,
): Promise<Issued | undefined> {
  const { clock, fleet, routes, sink, reads } = deps;
  const started = clock.now();
  onStart((intended === undefined ? 0 : started - intended) as Us);
  const device = fleet.device(seq);
  const marks: Partial<Record<Stage, Us>> = {};
  let unread: Us | undefined;
  let peer: string | undefined;
  const mark = (stage: Stage, reached?: string) => {
    peer ??= reached;
    if (marks[stage] !== undefined) return;
    const at = clock.now();
    marks[stage] = at;
    if (stage === "answered") unread = reads?.unread(at);
  };
  const route = routes?.take(seq, 0);
  const answer = await answerOf(route?.provisioner ?? deps.provisioner, device, mark, abort);
  const ended = clock.now();
  if (route !== undefined) routes?.free(route);
  const place = route === undefined ? {} : { place: route.name };
  const untold = marks.sent !== undefined && answer instanceof WireError && !answer.nothingMade;
  // One that misbehaves asks for nothing that could be created, unless it is the first to ask for what others have too.
  const creatable = device.misbehaviour === undefined || isRepeating(device.misbehaviour);
  const unknown = creatable && untold;
  const issued =
    !(answer instanceof WireError) && answer.status === "SUCCESS"
      ? { seq, name: device.name, credentials: answer.credentials, ...place }
      : undefined;
  if (issued !== undefined) sink.add({ kind: "issued", ...issued });
  const outcome: Outcome = {
    seq,
    name: device.name,
    phase,
    intended: intended ?? started,
    started,
    marks,
    ...(unread === undefined ? {} : { unread }),
    ...(peer === undefined ? {} : { peer }),
    ...place,
    ended,
    result: resultOf(answer, unknown),
    misbehaviour: device.misbehaviour,
  };
  sink.add({ kind: "outcome", outcome });
  return issued;
}

async function answerOf(
  provisioner: Provisioner,
  device: Device,
  mark: (stage: Stage) => void,
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
