import type { Credentials } from "../model/device.ts";
import type { Verdict } from "../model/outcome.ts";
import type { Target, Timeouts } from "../model/plan.ts";
import type { Admission, Login, LoginMark } from "../model/ports.ts";
import { createHttpExchange } from "../wires/http/http-exchange.ts";
import { leavingOf } from "./leaving.ts";
import { verdictOfStatus } from "./login-refusals.ts";
import { muteBy, type Proof, proved, telemetryOf } from "./proof.ts";
import { noTokenLogin, unreachableBy, unsendable } from "./token-login.ts";

export interface HttpLoginDeps {
  readonly target: Target;
  readonly timeouts: Pick<Timeouts, "connect" | "login" | "answer">;
  /** "attributes": the login asks for them anyway. */
  readonly proof?: Proof | undefined;
}

/** Asks for the device's attributes, which needs its access token: 200 is an admission, 401 a refusal, and any other status no verdict on the token. No session is kept. */
export function createHttpLogin({ target, timeouts, proof }: HttpLoginDeps): Login {
  const http = createHttpExchange(target, { connect: timeouts.connect, answer: timeouts.login });
  const { connect, answer } = timeouts;
  const speech = proof?.kind === "telemetry" ? createHttpExchange(target, { connect, answer }) : undefined;

  async function login(credentials: Credentials, mark: LoginMark, stop: AbortSignal): Promise<Admission> {
    return { verdict: await verdictOf(credentials, mark, stop), session: undefined };
  }

  async function verdictOf(credentials: Credentials, mark: LoginMark, stop: AbortSignal): Promise<Verdict> {
    if (credentials.type !== "ACCESS_TOKEN") return noTokenLogin(credentials.type, "HTTP");
    const refused = unsendable(credentials.token, "HTTP");
    if (refused !== undefined) return refused;
    const path = `/api/v1/${encodeURIComponent(credentials.token.reveal())}/attributes?clientKeys=&sharedKeys=`;
    try {
      const { status, location } = await http.ask(
        { method: "GET", path },
        {
          leaves: leavingOf(target, mark),
          connected: (peer) => mark("connected", peer),
        },
        stop,
      );
      if (status !== 200) return verdictOfStatus(status, location);
      mark("admitted");
      if (proof === undefined) return { state: "connected" };
      if (proof.kind === "attributes" || speech === undefined) return proved(mark);
      return await publish(speech, credentials, telemetryOf(proof), mark, stop);
    } catch (error) {
      return unreachableBy(error);
    }
  }

  async function publish(
    by: ReturnType<typeof createHttpExchange>,
    { token }: Extract<Credentials, { type: "ACCESS_TOKEN" }>,
    body: string,
    mark: LoginMark,
    stop: AbortSignal,
  ): Promise<Verdict> {
    const path = `/api/v1/${encodeURIComponent(token.reveal())}/telemetry`;
    try {
      const { status, location } = await by.ask({ method: "POST", path, body }, { connected: () => undefined }, stop);
      return status === 200 ? proved(mark) : muteBy(verdictOfStatus(status, location));
    } catch (error) {
      // Of a stop nobody is to blame.
      return stop.aborted ? unreachableBy(error) : muteBy(unreachableBy(error));
    }
  }

  return { login, close: () => Promise.all([http.close(), speech?.close()]).then(() => undefined) };
}
