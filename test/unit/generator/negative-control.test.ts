import { describe, expect, it } from "vitest";
import { controlRoll, hasSecret } from "../../../src/generator/negative-control.ts";
import type { Credentials } from "../../../src/model/device.ts";
import type { Verdict } from "../../../src/model/outcome.ts";
import type { Login } from "../../../src/model/ports.ts";
import { Secret } from "../../../src/model/secret.ts";

const never = new AbortController().signal;
const token: Credentials = { type: "ACCESS_TOKEN", token: new Secret("right") };
const basic = (password: string | undefined): Credentials => ({
  type: "MQTT_BASIC",
  clientId: "c",
  username: "u",
  password: password === undefined ? undefined : new Secret(password),
});
const certificate: Credentials = { type: "X509_CERTIFICATE", certificate: "MIIB", privateKey: undefined };

const stranger = async (): Promise<Credentials> => ({ ...certificate, certificate: "MIIC" });

/** A target that gives every login the same verdict, and remembers with what it was tried. */
function target(verdict: Verdict) {
  const tried: Credentials[] = [];
  let closed = 0;
  const login: Login = {
    async login(credentials) {
      tried.push(credentials);
      const session = { lost: new Promise<string>(() => undefined), close: async () => void (closed += 1) };
      return { verdict, session: verdict.state === "connected" ? session : undefined };
    },
    close: () => Promise.resolve(),
  };
  return { login, tried, closed: () => closed };
}

describe("the negative control", () => {
  it("changes the secret of a device and nothing else", async () => {
    const { login, tried } = target({ state: "refused", code: 5, reason: "5 not authorised" });
    await controlRoll(login, token, undefined, never);
    await controlRoll(login, basic("right"), undefined, never);
    const [first, second] = tried;
    expect(first?.type === "ACCESS_TOKEN" && first.token.reveal()).not.toBe("right");
    expect(second).toMatchObject({ type: "MQTT_BASIC", clientId: "c", username: "u" });
    expect(second?.type === "MQTT_BASIC" && second.password?.reveal()).not.toBe("right");
  });

  it("needs a secret that a login can get wrong", async () => {
    const { login, tried } = target({ state: "connected" });
    for (const credentials of [basic(undefined), certificate, { type: "LWM2M_CREDENTIALS" } as const, undefined]) {
      expect(await controlRoll(login, credentials, undefined, never)).toMatchObject({ result: "not-made" });
    }
    expect(tried).toEqual([]);
    expect([token, basic("right"), basic(undefined), certificate].map(hasSecret)).toEqual([true, true, false, false]);
  });

  it("tries a certificate that nobody knows where there is no secret to get wrong", async () => {
    const closed = target({ state: "refused", code: 5, reason: "5 not authorised" });
    expect(await controlRoll(closed.login, certificate, stranger, never)).toMatchObject({ result: "refused" });
    expect(closed.tried).toEqual([{ ...certificate, certificate: "MIIC" }]);
    const open = target({ state: "connected" });
    expect(await controlRoll(open.login, undefined, stranger, never)).toMatchObject({ result: "admitted" });
    await controlRoll(closed.login, token, stranger, never);
    expect(closed.tried.at(-1)?.type).toBe("ACCESS_TOKEN");
  });

  it("is not made once the run was aborted", async () => {
    const { login, tried } = target({ state: "connected" });
    expect(await controlRoll(login, token, stranger, AbortSignal.abort())).toEqual({
      result: "not-made",
      detail: "interrupted",
    });
    expect(tried).toEqual([]);
  });

  it("says that a wrong secret was let in, and closes its session", async () => {
    const open = target({ state: "connected" });
    expect(await controlRoll(open.login, token, undefined, never)).toMatchObject({ result: "admitted" });
    expect(open.closed()).toBe(1);
  });

  it("is no proof where the target could not be reached", async () => {
    const dead = target({ state: "unreachable", kind: "connection-refused", detail: "nobody listens" });
    expect(await controlRoll(dead.login, token, undefined, never)).toEqual({
      result: "unreachable",
      detail: "connection-refused: nobody listens",
    });
  });
});
