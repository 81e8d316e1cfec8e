import type { Credentials } from "../model/device.ts";
import type { Verdict } from "../model/outcome.ts";
import type { Target, Timeouts } from "../model/plan.ts";
import type { Admission, HeldSession, Login, LoginMark } from "../model/ports.ts";
import { msFromUs } from "../model/units.ts";
import { openMqttJsSession } from "../mqtt/mqtt-js-session.ts";
import { reasonName } from "../mqtt/reason-codes.ts";
import type { Endpoint, MqttSession, OpenSession, SessionEnd, SessionOptions } from "../mqtt/session.ts";
import { endpointOf } from "./endpoint.ts";

export interface MqttLoginDeps {
  readonly target: Target;
  readonly timeouts: Timeouts;
  readonly keepAliveSeconds: number;
  /** Keep the session open after CONNACK. */
  readonly keep: boolean;
  readonly openSession?: OpenSession;
}

type Identity = Pick<SessionOptions, "clientId" | "username" | "password" | "endpoint">;

/** Logs in as a device would, with what the server issued, and reads the verdict off the CONNACK. */
export function createMqttLogin(deps: MqttLoginDeps): Login {
  const { target, timeouts, keep, openSession = openMqttJsSession } = deps;
  const endpoint = endpointOf(target);
  let logins = 0;

  function login(credentials: Credentials, mark: LoginMark, stop: AbortSignal): Promise<Admission> {
    logins += 1;
    const identity = identityOf(credentials, endpoint, `rollcall-login-${logins.toString(36)}`);
    if (typeof identity === "string") return Promise.resolve(unreachable("tls-failed", identity));
    if (stop.aborted) return Promise.resolve(unreachable("connection-reset", "stopped before the login"));

    return new Promise((resolve) => {
      const lost = Promise.withResolvers<string>();
      const deadline = setTimeout(
        () => settle(unreachable("accept-timeout", `no verdict within ${msFromUs(timeouts.login)} ms`)),
        msFromUs(timeouts.login),
      );
      let admitted = false;
      const session: MqttSession = openSession(
        {
          ...identity,
          mqttVersion: target.mqttVersion,
          keepAliveSeconds: keep ? deps.keepAliveSeconds : 0,
          connectTimeout: timeouts.connect,
          acceptTimeout: timeouts.login,
        },
        {
          connected: () => mark("connected"),
          accepted: onAdmitted,
          ended: (end) => {
            if (admitted) lost.resolve(lossOf(end, target));
            else settle({ verdict: verdictOf(end, target), session: undefined });
          },
        },
      );
      stop.addEventListener("abort", onAbort, { once: true });

      function onAdmitted(): void {
        mark("admitted");
        admitted = true;
        const held: HeldSession = {
          lost: lost.promise,
          close() {
            session.disconnect();
            return Promise.resolve();
          },
        };
        finish({ verdict: { state: "connected" }, session: keep ? held : undefined });
        if (!keep) session.disconnect();
      }

      function onAbort(): void {
        settle(unreachable("connection-reset", "stopped during the login"));
      }

      function settle(admission: Admission): void {
        session.destroy();
        finish(admission);
      }

      function finish(admission: Admission): void {
        clearTimeout(deadline);
        stop.removeEventListener("abort", onAbort);
        resolve(admission);
      }
    });
  }

  return { login, close: () => Promise.resolve() };
}

/** What the CONNECT carries (contract, section 4); a string says why there is no such login. */
function identityOf(credentials: Credentials, endpoint: Endpoint, ownClientId: string): Identity | string {
  switch (credentials.type) {
    case "ACCESS_TOKEN":
      return { endpoint, clientId: ownClientId, username: credentials.token.reveal(), password: undefined };
    case "MQTT_BASIC":
      return {
        endpoint,
        // A client id that was issued must be given; with a user name alone any will do.
        clientId: credentials.clientId ?? ownClientId,
        username: credentials.username,
        password: credentials.password?.reveal(),
      };
    case "X509_CERTIFICATE": {
      if (endpoint.tls === undefined) return "an X.509 device can only log in over TLS: set target.tls";
      if (credentials.privateKey === undefined) return "the private key of this certificate is not known here";
      const identity = { certificate: asPem(credentials.certificate), privateKey: credentials.privateKey.reveal() };
      return {
        endpoint: { ...endpoint, tls: { ...endpoint.tls, identity } },
        clientId: ownClientId,
        username: undefined,
        password: undefined,
      };
    }
    case "LWM2M_CREDENTIALS":
      return "LwM2M credentials have no MQTT login";
  }
}

function asPem(certificate: string): string {
  if (certificate.includes("-----BEGIN")) return certificate;
  const lines = certificate.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function verdictOf(end: SessionEnd, target: Target): Verdict {
  switch (end.kind) {
    case "refused":
      return { state: "refused", code: end.code, reason: reasonName(end.code, target.mqttVersion) };
    case "failed":
      return end.error.kind === "aborted"
        ? { state: "unreachable", kind: "connection-reset", detail: end.error.detail }
        : { state: "unreachable", kind: end.error.kind, detail: end.error.detail };
    case "closed":
      return { state: "unreachable", kind: "closed-before-accept", detail: "closed before CONNACK" };
  }
}

function lossOf(end: SessionEnd, target: Target): string {
  switch (end.kind) {
    case "refused":
      return `CONNACK ${reasonName(end.code, target.mqttVersion)}`;
    case "failed":
      return end.error.kind;
    case "closed":
      return end.reasonCode === undefined ? "closed by the server" : `DISCONNECT ${reasonName(end.reasonCode, "5")}`;
  }
}

function unreachable(kind: "tls-failed" | "accept-timeout" | "connection-reset", detail: string): Admission {
  return { verdict: { state: "unreachable", kind, detail }, session: undefined };
}
