import type { Credentials } from "../model/device.ts";
import type { Issued } from "../model/entry.ts";
import type { LoginStage, RollCallEntry } from "../model/outcome.ts";
import type { Admission, Clock, HeldSession, Login, LoginMark, Route, Routes, Sink } from "../model/ports.ts";
import type { Us } from "../model/units.ts";
import { asWireError } from "./internal-error.ts";

export interface LoginDeps {
  readonly clock: Clock;
  readonly login: Login;
  /** Undefined: there is one place, that of the login. */
  readonly routes?: Routes | undefined;
  readonly sink: Sink;
  /** Takes a session that is to stay; undefined: closed at once. */
  readonly keep: ((session: HeldSession) => void) | undefined;
}

/** Calls one device: logs in with what it was issued and writes the verdict down. */
export async function loginDevice(
  { clock, login, routes, sink, keep }: LoginDeps,
  issued: Issued,
  when: RollCallEntry["when"],
  abort: AbortSignal,
): Promise<void> {
  const { seq, name, credentials } = issued;
  const route = routes && issuingRoute(routes, issued);
  const marks: Partial<Record<LoginStage, Us>> = {};
  const started = clock.now();
  let peer: string | undefined;
  const mark = (stage: LoginStage, reached?: string) => {
    peer ??= reached;
    marks[stage] ??= clock.now();
  };
  const { verdict, session } = await admissionOf(route?.login ?? login, credentials, mark, abort);
  const ended = clock.now();
  const called = !abort.aborted || verdict.state !== "unreachable";
  sink.add({
    kind: "roll-call",
    entry: {
      seq,
      name,
      started,
      marks,
      ...(peer === undefined ? {} : { peer }),
      ended,
      verdict: called ? verdict : { state: "uncalled" },
      when,
      ...(route === undefined ? {} : { place: route.name }),
      ...(issued.place === undefined ? {} : { issuedAt: issued.place }),
    },
  });
  if (session === undefined) return;
  if (keep === undefined || abort.aborted) await session.close();
  else keep(session);
}

/** The place that issued the credentials; of an earlier run's that is no longer one of the target's, the first. */
function issuingRoute(routes: Routes, { place }: Issued): Route | undefined {
  return (place === undefined ? undefined : routes.named(place)) ?? routes.all()[0];
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
    entry: { seq, name, started: now, marks: {}, ended: now, verdict: { state: "uncalled" }, when },
  });
}
