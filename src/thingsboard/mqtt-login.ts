import type { Credentials } from "../model/device.ts";
import type { FailureKind, Verdict } from "../model/outcome.ts";
import type { MqttVersion, Target, Timeouts } from "../model/plan.ts";
import type { Admission, HeldSession, Login, LoginMark } from "../model/ports.ts";
import { msFromUs } from "../model/units.ts";
import { reasonName } from "../wires/mqtt/reason-codes.ts";
import {
  goodbyeText,
  type MqttSession,
  type OpenSession,
  type SessionEnd,
  type SessionOptions,
} from "../wires/mqtt/session.ts";
import type { Endpoint } from "../wires/socket/endpoint.ts";
import { abortsOf } from "../wires/socket/aborts.ts";
import { verdictOfConnack } from "./login-refusals.ts";
import { endpointOf } from "../wires/socket/endpoint.ts";

export interface MqttLoginDeps {
  readonly target: Target;
  readonly timeouts: Timeouts;
  readonly keepAliveSeconds: number;
  /** Keep the session open after CONNACK. */
  readonly keep: boolean;
  readonly openSession: OpenSession;
}

type Identity = Pick<SessionOptions, "clientId" | "username" | "password" | "endpoint">;
type Unreachable = Extract<Verdict, { state: "unreachable" }>;

/** Logs in as a device would, with what the server issued, and reads the verdict off the CONNACK. */
export function createMqttLogin(deps: MqttLoginDeps): Login {
  const { target, timeouts, keep, openSession } = deps;
  const { mqttVersion } = target;
  const endpoint = endpointOf(target);
  const loginMs = msFromUs(timeouts.login);
  let logins = 0;

  function login(credentials: Credentials, mark: LoginMark, stop: AbortSignal): Promise<Admission> {
    logins += 1;
    const identity = identityOf(credentials, endpoint, `rollcall-login-${logins.toString(36)}`);
    const tooLong = "state" in identity ? undefined : unsendable(identity);
    if (tooLong !== undefined) return Promise.resolve({ verdict: tooLong, session: undefined });
    if ("state" in identity) return Promise.resolve({ verdict: identity, session: undefined });
    if (stop.aborted) return Promise.resolve(failed("connection-reset", "stopped before the login"));

    return new Promise((resolve) => {
      let connected = false;
      /** Undefined until admitted. */
      let lost: PromiseWithResolvers<string> | undefined;
      const deadline = setTimeout(onDeadline, loginMs);
      const aborts = abortsOf(stop);
      aborts.add(onAbort);
      const session: MqttSession = openSession(
        {
          ...identity,
          mqttVersion,
          keepAliveSeconds: keep ? deps.keepAliveSeconds : 0,
          connectTimeout: timeouts.connect,
          acceptTimeout: timeouts.login,
        },
        {
          connected: onConnected,
          accepted: onAdmitted,
          ended: (end) => {
            if (lost === undefined) settle({ verdict: verdictOf(end, mqttVersion), session: undefined });
            else lost.resolve(lossOf(end, mqttVersion));
          },
        },
      );

      function onConnected(peer: string | undefined): void {
        mark("connected", peer);
        connected = true;
      }

      function onAdmitted(): void {
        mark("admitted");
        if (keep) lost = Promise.withResolvers<string>();
        else session.disconnect();
        settle({ verdict: { state: "connected" }, session: lost && heldSession(session, lost.promise) });
      }

      function onDeadline(): void {
        fail(connected ? "accept-timeout" : "connect-timeout", `no verdict within ${loginMs} ms`);
      }

      function onAbort(): void {
        fail("connection-reset", "stopped during the login");
      }

      function fail(kind: FailureKind, detail: string): void {
        session.destroy();
        settle(failed(kind, detail));
      }

      function settle(admission: Admission): void {
        clearTimeout(deadline);
        aborts.delete(onAbort);
        resolve(admission);
      }
    });
  }

  return { login, close: () => Promise.resolve() };
}

function heldSession(session: MqttSession, lost: Promise<string>): HeldSession {
  return {
    lost,
    close() {
      session.disconnect();
      return Promise.resolve();
    },
  };
}

/** What the CONNECT carries (contract, section 4), or why there is no such login. */
function identityOf(credentials: Credentials, endpoint: Endpoint, ownClientId: string): Identity | Unreachable {
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
      if (endpoint.tls === undefined) {
        return unreachable("tls-failed", "a certificate logs in over TLS only: set target.tls");
      }
      if (credentials.privateKey === undefined) {
        return unreachable("tls-failed", "the private key of the issued certificate is not known");
      }
      const identity = { certificate: asPem(credentials.certificate), privateKey: credentials.privateKey };
      return {
        endpoint: { ...endpoint, tls: { ...endpoint.tls, identity } },
        clientId: ownClientId,
        username: undefined,
        password: undefined,
      };
    }
    case "LWM2M_CREDENTIALS":
      return unreachable("protocol-error", "LwM2M credentials have no MQTT login");
  }
}

/** The longest string of MQTT, in bytes (3.1.1, 1.5.3): the client would throw at a longer one where nobody hears it. */
const MQTT_LONGEST = 65_535;

function unsendable({ clientId, username, password }: Identity): Unreachable | undefined {
  const longest = Math.max(...[clientId, username, password].map((part) => Buffer.byteLength(part ?? "")));
  if (longest <= MQTT_LONGEST) return undefined;
  return unreachable("protocol-error", `the issued credentials have ${longest} bytes: MQTT can carry ${MQTT_LONGEST}`);
}

function asPem(certificate: string): string {
  if (certificate.includes("-----BEGIN")) return certificate;
  const lines = certificate.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function verdictOf(end: SessionEnd, version: MqttVersion): Verdict {
  switch (end.kind) {
    case "refused":
      return verdictOfConnack(end.code, version, end.said);
    case "failed":
      return unreachable(end.error.kind === "aborted" ? "connection-reset" : end.error.kind, end.error.detail);
    case "closed":
      return unreachable("closed-before-accept", `closed before CONNACK${goodbyeText(end)}`);
  }
}

/** Few different ones: losses are counted by their reason. */
function lossOf(end: SessionEnd, version: MqttVersion): string {
  switch (end.kind) {
    case "refused":
      return `CONNACK ${reasonName(end.code, version)}`;
    case "failed":
      return end.error.kind;
    case "closed":
      return end.reasonCode === undefined ? "closed by the server" : `DISCONNECT ${reasonName(end.reasonCode, "5")}`;
  }
}

function failed(kind: FailureKind, detail: string): Admission {
  return { verdict: unreachable(kind, detail), session: undefined };
}

function unreachable(kind: FailureKind, detail: string): Unreachable {
  return { state: "unreachable", kind, detail };
}
