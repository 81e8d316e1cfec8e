import type { Credentials } from "../model/device.ts";
import type { Verdict } from "../model/outcome.ts";
import type { Target, Timeouts } from "../model/plan.ts";
import type { Admission, Login, LoginMark } from "../model/ports.ts";
import { askCoap } from "../wires/coap/coap-exchange.ts";
import type { CoapRequest } from "../wires/coap/coap-message.ts";
import { leavingOf } from "./leaving.ts";
import { verdictOfCode } from "./login-refusals.ts";
import { muteBy, type Proof, PROOF_KEY, proved, telemetryOf } from "./proof.ts";
import { noTokenLogin, unreachableBy, unsendable } from "./token-login.ts";

export interface CoapLoginDeps {
  readonly target: Target;
  readonly timeouts: Pick<Timeouts, "login" | "answer">;
  readonly proof?: Proof | undefined;
}

/**
 * Posts an empty set of attributes, which needs the device's access token and changes nothing: 2.01 is an admission, 4.01
 * a refusal. Not a request for attributes: a device that has none is answered 4.04, like a path that is none.
 */
export function createCoapLogin({ target, timeouts, proof }: CoapLoginDeps): Login {
  async function login(credentials: Credentials, mark: LoginMark, stop: AbortSignal): Promise<Admission> {
    return { verdict: await verdictOf(credentials, mark, stop), session: undefined };
  }

  async function verdictOf(credentials: Credentials, mark: LoginMark, stop: AbortSignal): Promise<Verdict> {
    if (credentials.type !== "ACCESS_TOKEN") return noTokenLogin(credentials.type, "CoAP");
    const refused = unsendable(credentials.token, "CoAP");
    if (refused !== undefined) return refused;
    const path = ["api", "v1", credentials.token.reveal(), "attributes"];
    try {
      const { code } = await askCoap(
        target,
        { path, payload: "{}" },
        timeouts.login,
        {
          leaves: leavingOf(target, mark),
          connected: (peer) => mark("connected", peer),
        },
        stop,
      );
      if (!code.startsWith("2.")) return verdictOfCode(code);
      mark("admitted");
      return proof === undefined ? { state: "connected" } : await prove(credentials, proof, mark, stop);
    } catch (error) {
      return unreachableBy(error);
    }
  }

  async function prove(
    { token }: Extract<Credentials, { type: "ACCESS_TOKEN" }>,
    asked: Proof,
    mark: LoginMark,
    stop: AbortSignal,
  ): Promise<Verdict> {
    const base = ["api", "v1", token.reveal()];
    const request: CoapRequest =
      asked.kind === "telemetry"
        ? { path: [...base, "telemetry"], payload: telemetryOf(asked) }
        : { method: "GET", path: [...base, "attributes"], query: [`clientKeys=${PROOF_KEY}`], payload: "" };
    try {
      const { code } = await askCoap(target, request, timeouts.answer, { connected: () => undefined }, stop);
      return isAnswer(code, asked) ? proved(mark) : muteBy(verdictOfCode(code));
    } catch (error) {
      // Of a stop nobody is to blame.
      return stop.aborted ? unreachableBy(error) : muteBy(unreachableBy(error));
    }
  }

  return { login, close: () => Promise.resolve() };
}

/** A device that has no such attribute is answered 4.04; that the path is none the login before has ruled out. */
function isAnswer(code: string, { kind }: Proof): boolean {
  return code.startsWith("2.") || (kind === "attributes" && code === "4.04");
}
