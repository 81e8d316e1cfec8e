import type { FailureKind } from "../../model/outcome.ts";
import type { Plan } from "../../model/plan.ts";
import type { Login } from "../../model/ports.ts";
import { Secret } from "../../model/secret.ts";
import { msFromUs } from "../../model/units.ts";
import { printable } from "../../writing/text-width.ts";
import type { Greeting } from "../examination.ts";
import { nameStranger } from "./name-stranger.ts";

/** What ThingsBoard answers to a token that nobody has, over HTTP and, as 4.01, over CoAP. */
const UNAUTHORIZED = 401;

/** The answer to a login that says nothing about its token. */
const ANSWERED: readonly FailureKind[] = ["request-refused", "rate-limited", "server-error"];

/** Without a session to open, the device API is known by how it refuses a token. */
export async function greetByToken(
  { target, timeouts }: Pick<Plan, "target" | "timeouts">,
  login: Login,
  now: () => number,
  stop: AbortSignal,
): Promise<Greeting> {
  const began = now();
  const late = AbortSignal.timeout(msFromUs(timeouts.accept));
  const token = { type: "ACCESS_TOKEN", token: new Secret("rollcall-doctor") } as const;
  const { verdict } = await login.login(token, () => undefined, AbortSignal.any([stop, late]));
  stop.throwIfAborted();
  const ms = now() - began;
  if (late.aborted) return { kind: "silent", ms };
  switch (verdict.state) {
    case "connected":
    case "mute":
      return { kind: "other", what: "a server that takes any token", speaksTls: false };
    case "refused":
      if (verdict.code === UNAUTHORIZED) return { kind: "thingsboard", ms, said: verdict.reason };
      return stranger(verdict.reason);
    case "unreachable": {
      if (ANSWERED.includes(verdict.kind)) return stranger(verdict.detail);
      if (target.transport === "coap") return { kind: "unreachable", detail: verdict.detail };
      const heard = { connectedMs: 0, heard: Buffer.alloc(0), error: undefined, firstMs: undefined };
      return nameStranger(target, { ...heard, end: "closed" }, now, stop);
    }
  }
}

function stranger(said: string): Greeting {
  return { kind: "other", what: `a server without the device API: it says ${printable(said)}`, speaksTls: false };
}
