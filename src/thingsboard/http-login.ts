import type { Credentials } from "../model/device.ts";
import type { Verdict } from "../model/outcome.ts";
import type { Target, Timeouts } from "../model/plan.ts";
import type { Admission, Login, LoginMark } from "../model/ports.ts";
import { createHttpExchange } from "../wires/http/http-exchange.ts";
import { verdictOfStatus } from "./login-refusals.ts";
import { noTokenLogin, unreachableBy, unsendable } from "./token-login.ts";

export interface HttpLoginDeps {
  readonly target: Target;
  readonly timeouts: Pick<Timeouts, "connect" | "login">;
}

/** Asks for the device's attributes, which needs its access token: 200 is an admission, 401 a refusal, and any other status no verdict on the token. No session is kept. */
export function createHttpLogin({ target, timeouts }: HttpLoginDeps): Login {
  const http = createHttpExchange(target, { connect: timeouts.connect, answer: timeouts.login });

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
        { connected: (peer) => mark("connected", peer) },
        stop,
      );
      if (status !== 200) return verdictOfStatus(status, location);
      mark("admitted");
      return { state: "connected" };
    } catch (error) {
      return unreachableBy(error);
    }
  }

  return { login, close: () => http.close() };
}
