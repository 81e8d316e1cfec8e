import type { Credentials } from "../model/device.ts";
import type { Issued } from "../model/entry.ts";
import { type LoginStage, type LoginVerdict, type RollCallEntry, worseVerdict } from "../model/outcome.ts";
import type { Admission, Clock, HeldSession, Login, LoginMark, Route, Routes, Sink } from "../model/ports.ts";
import type { Us } from "../model/units.ts";
import type { Writable } from "../model/writable.ts";
import { asWireError } from "./internal-error.ts";

export interface LoginDeps {
  readonly clock: Clock;
  readonly login: Login;
  /** Undefined: there is one place, that of the login. */
  readonly routes?: Routes | undefined;
  readonly sink: Sink;
  /** Takes a session that is to stay; undefined: closed at once. */
  readonly keep: ((session: HeldSession, issued: Issued) => void) | undefined;
}

type LoginFacts = Pick<RollCallEntry, "seq" | "name" | "started" | "marks" | "peer" | "source" | "ended">;

const UNCALLED: LoginVerdict = { state: "uncalled" };

/**
 * Calls one device: logs in with what it was issued, at one place or at each after the other, and writes each login down;
 * the last has the verdict on the device. `turn`: resolves when a further login may begin.
 */
export async function loginDevice(
  deps: LoginDeps,
  issued: Issued,
  when: RollCallEntry["when"],
  abort: AbortSignal,
  turn?: () => Promise<void>,
): Promise<void> {
  const { routes, sink, keep } = deps;
  const places = routes?.logins(issued.seq, issued.place) ?? [undefined];
  let worst: LoginVerdict | undefined;
  for (const [index, route] of places.entries()) {
    if (index > 0) await turn?.();
    const { facts, verdict, session } = await loginAt(deps, issued, route, abort);
    const tried = index + 1;
    const last = tried === places.length || abort.aborted;
    worst = worst === undefined ? verdict : worseVerdict(worst, verdict);
    // What a stop kept from being tried is not known to be good.
    if (tried < places.length && last) worst = worseVerdict(worst, UNCALLED);
    const entry: Writable<RollCallEntry> = { ...facts, verdict, when };
    if (route?.name !== undefined) entry.place = route.name;
    if (issued.place !== undefined) entry.issuedAt = issued.place;
    if (!last) entry.more = places.length - tried;
    if (last && worst.state !== verdict.state) entry.device = worst;
    sink.add({ kind: "roll-call", entry });
    // ThingsBoard ends a device's session when it logs in again, wherever it does (contract, section 4): only the last can be held.
    if (session !== undefined && last && keep !== undefined && !abort.aborted) keep(session, issued);
    else await session?.close();
    if (last) return;
  }
}

/** One login at one place; "uncalled": it was stopped before there was an answer. */
export async function loginAt(
  { clock, login }: Pick<LoginDeps, "clock" | "login">,
  { seq, name, credentials }: Issued,
  route: Route | undefined,
  abort: AbortSignal,
): Promise<{
  readonly facts: LoginFacts;
  readonly verdict: LoginVerdict;
  readonly session: HeldSession | undefined;
}> {
  const marks: Partial<Record<LoginStage, Us>> = {};
  const started = clock.now();
  let peer: string | undefined;
  let source: string | undefined;
  const mark: LoginMark = (stage, address) => {
    if (stage === "leaving") {
      source = address;
      return;
    }
    peer ??= address;
    marks[stage] ??= clock.now();
  };
  /** In the order of a line of the journal. */
  const facts = (ended: Us): LoginFacts => {
    const told: Writable<Omit<LoginFacts, "ended">> = { seq, name, started, marks };
    if (peer !== undefined) told.peer = peer;
    if (source !== undefined) told.source = source;
    return Object.assign(told, { ended });
  };
  // Stopped while it waited for its turn.
  if (abort.aborted) return { facts: facts(started), verdict: UNCALLED, session: undefined };
  const { verdict, session } = await admissionOf(route?.login ?? login, credentials, mark, abort);
  const called = !abort.aborted || verdict.state !== "unreachable";
  return { facts: facts(clock.now()), verdict: called ? verdict : UNCALLED, session };
}

/** What was issued comes from the server: whatever it does to a login is the verdict on this device. */
export async function admissionOf(
  login: Login,
  credentials: Credentials,
  mark: LoginMark,
  abort: AbortSignal,
): Promise<Admission> {
  try {
    return await login.login(credentials, mark, abort);
  } catch (error) {
    const { kind, detail } = asWireError(error);
    const verdict = { state: "unreachable", kind: kind === "aborted" ? "connection-reset" : kind, detail } as const;
    return { verdict, session: undefined };
  }
}

/** Writes down a device whose turn did not come. */
export function addUncalled(
  { clock, sink }: Pick<LoginDeps, "clock" | "sink">,
  { seq, name }: Issued,
  when: RollCallEntry["when"],
): void {
  const now = clock.now();
  sink.add({
    kind: "roll-call",
    entry: { seq, name, started: now, marks: {}, ended: now, verdict: UNCALLED, when },
  });
}
