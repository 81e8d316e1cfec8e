import type { Credentials } from "../model/device.ts";
import type { Verdict } from "../model/outcome.ts";
import type { Target, Timeouts } from "../model/plan.ts";
import type { Admission, Login, LoginMark } from "../model/ports.ts";
import { codeName } from "./coap-codes.ts";
import { askCoap } from "./coap-exchange.ts";
import { noTokenLogin, unreachableBy } from "./token-login.ts";

export interface CoapLoginDeps {
  readonly target: Target;
  readonly timeouts: Pick<Timeouts, "login">;
}

/** Asks for the device's attributes, which needs its access token: 2.xx is an admission, 4.01 a refusal. No session is kept. */
export function createCoapLogin({ target, timeouts }: CoapLoginDeps): Login {
  async function login(credentials: Credentials, mark: LoginMark, stop: AbortSignal): Promise<Admission> {
    return { verdict: await verdictOf(credentials, mark, stop), session: undefined };
  }

  async function verdictOf(credentials: Credentials, mark: LoginMark, stop: AbortSignal): Promise<Verdict> {
    if (credentials.type !== "ACCESS_TOKEN") return noTokenLogin(credentials.type, "CoAP");
    const path = ["api", "v1", credentials.token.reveal(), "attributes"];
    try {
      const { code } = await askCoap(
        target,
        { method: "GET", path },
        timeouts.login,
        { connected: () => mark("connected") },
        stop,
      );
      if (!code.startsWith("2.")) {
        // 4.01 as the number 401.
        return { state: "refused", code: Number(code.replace(".", "")), reason: codeName(code) };
      }
      mark("admitted");
      return { state: "connected" };
    } catch (error) {
      return unreachableBy(error);
    }
  }

  return { login, close: () => Promise.resolve() };
}
