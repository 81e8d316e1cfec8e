import type { Credentials } from "../model/device.ts";
import type { FailureKind, Verdict } from "../model/outcome.ts";
import type { MqttVersion, Target, Timeouts } from "../model/plan.ts";
import type { Admission, HeldSession, Login, LoginMark } from "../model/ports.ts";
import { msFromUs } from "../model/units.ts";
import { FIRST_ERROR, reasonName } from "../wires/mqtt/reason-codes.ts";
import {
  goodbyeText,
  type MqttSession,
  type OpenSession,
  type SessionEnd,
  type SessionEvents,
  type SessionOptions,
} from "../wires/mqtt/session.ts";
import type { Endpoint } from "../wires/socket/endpoint.ts";
import { abortsOf } from "../wires/socket/aborts.ts";
import { verdictOfConnack } from "./login-refusals.ts";
import {
  ATTRIBUTES_QUESTION,
  ATTRIBUTES_REQUEST,
  ATTRIBUTES_RESPONSE,
  ATTRIBUTES_RESPONSES,
  mute,
  muteBy,
  type Proof,
  TELEMETRY_TOPIC,
  telemetryOf,
} from "./proof.ts";
import { createTalk, type Speech, type Talk } from "./speech.ts";
import { endpointOf } from "../wires/socket/endpoint.ts";
import { leavingOf } from "./leaving.ts";

export interface MqttLoginDeps {
  readonly target: Target;
  readonly timeouts: Timeouts;
  readonly keepAliveSeconds: number;
  /** Keep the session open after CONNACK. */
  readonly keep: boolean;
  readonly proof?: Proof | undefined;
  /** What a session that is kept is to say; absent: nothing, it is only held. */
  readonly speech?: Speech | undefined;
  readonly openSession: OpenSession;
}

type Identity = Pick<SessionOptions, "clientId" | "username" | "password" | "endpoint">;
type Unreachable = Extract<Verdict, { state: "unreachable" }>;

/** Logs in as a device would, with what the server issued, and reads the verdict off the CONNACK. */
export function createMqttLogin(deps: MqttLoginDeps): Login {
  const { target, timeouts, keep, proof, speech, openSession } = deps;
  const { mqttVersion } = target;
  const endpoint = endpointOf(target);
  const loginMs = msFromUs(timeouts.login);
  const answerMs = msFromUs(timeouts.answer);
  let logins = 0;

  function login(credentials: Credentials, mark: LoginMark, stop: AbortSignal): Promise<Admission> {
    logins += 1;
    const what = speech === undefined ? "login" : "background";
    const identity = identityOf(credentials, endpoint, `rollcall-${what}-${logins.toString(36)}`);
    const tooLong = "state" in identity ? undefined : unsendable(identity);
    if (tooLong !== undefined) return Promise.resolve({ verdict: tooLong, session: undefined });
    if ("state" in identity) return Promise.resolve({ verdict: identity, session: undefined });
    if (stop.aborted) return Promise.resolve(failed("connection-reset", "stopped before the login"));

    return new Promise((resolve) => {
      let connected = false;
      /** Let in, and not heard yet. */
      let speaking = false;
      const talk = speech && createTalk(speech, mqttVersion);
      let deadline = setTimeout(onDeadline, loginMs);
      const aborts = abortsOf(stop);
      const waiting = aborts.add(onAbort);
      const session: MqttSession = openSession(
        {
          ...identity,
          mqttVersion,
          keepAliveSeconds: keep ? deps.keepAliveSeconds : 0,
          connectTimeout: timeouts.connect,
          acceptTimeout: timeouts.login,
        },
        {
          leaves: leavingOf(endpoint, mark),
          connected: onConnected,
          accepted: onAdmitted,
          ...(proof === undefined ? {} : hearing(proof)),
          ...(talk === undefined ? {} : { acknowledged: (code, said) => talk.acknowledged(code, said) }),
          ended: (end) => {
            const verdict = speaking ? muteBy(endWhileSpeaking(end, mqttVersion)) : verdictOf(end, mqttVersion);
            settle({ verdict, session: undefined });
          },
        },
      );

      function onConnected(peer: string | undefined): void {
        mark("connected", peer);
        connected = true;
      }

      function onAdmitted(): void {
        mark("admitted");
        if (proof === undefined) return onReady();
        speaking = true;
        clearTimeout(deadline);
        deadline = setTimeout(onUnheard, answerMs);
        if (proof.kind === "telemetry") return session.publish(TELEMETRY_TOPIC, telemetryOf(proof), 1);
        session.subscribe(ATTRIBUTES_RESPONSES, 1);
        session.publish(ATTRIBUTES_REQUEST, ATTRIBUTES_QUESTION, 1);
      }

      /** A question that was acknowledged is not answered yet; telemetry that was is handed on. */
      function hearing({ kind }: Proof): Pick<SessionEvents, "acknowledged" | "message"> {
        return {
          acknowledged: (code, said = "") => {
            if (!speaking) return;
            if (code >= FIRST_ERROR) return onMute("request-refused", `PUBACK ${reasonName(code, mqttVersion)}${said}`);
            if (kind === "telemetry") onProved();
          },
          message: (topic) => {
            if (speaking && kind === "attributes" && topic === ATTRIBUTES_RESPONSE) onProved();
          },
        };
      }

      function onMute(kind: FailureKind, detail: string): void {
        session.disconnect();
        settle({ verdict: mute(kind, detail), session: undefined });
      }

      function onProved(): void {
        speaking = false;
        mark("proved");
        onReady();
      }

      function onReady(): void {
        if (!keep) session.disconnect();
        settle({ verdict: { state: "connected" }, session: keep ? hold(session, mqttVersion, talk) : undefined });
      }

      function onDeadline(): void {
        fail(connected ? "accept-timeout" : "connect-timeout", `no verdict within ${loginMs} ms`);
      }

      function onUnheard(): void {
        session.destroy();
        const what = proof?.kind === "attributes" ? "answer" : "acknowledgement";
        settle({ verdict: mute("answer-timeout", `no ${what} within ${answerMs} ms`), session: undefined });
      }

      function onAbort(): void {
        fail("connection-reset", "stopped during the login");
      }

      function fail(kind: FailureKind, detail: string): void {
        session.destroy();
        settle(failed(kind, detail));
      }

      function settle(admission: Admission): void {
        speaking = false;
        clearTimeout(deadline);
        aborts.delete(waiting);
        resolve(admission);
      }
    });
  }

  return { login, close: () => Promise.resolve() };
}

/** From now on the session knows what is made here, and no more: of the login nothing is kept while it is held. */
function hold(session: MqttSession, version: MqttVersion, talk: Talk | undefined): HeldSession {
  const { promise: lost, resolve } = Promise.withResolvers<string>();
  session.listen({
    accepted: () => undefined,
    ended: (end) => resolve(lossOf(end, version)),
    ...(talk === undefined ? {} : { acknowledged: (code, said) => talk.acknowledged(code, said) }),
  });
  return {
    lost,
    ...(talk === undefined ? {} : { publish: talk.over(session) }),
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

/** Let in, and then gone: ThingsBoard closes a session whose message its queue or a rate limit refuses (contract, section 4). */
function endWhileSpeaking(end: SessionEnd, version: MqttVersion): Verdict {
  if (end.kind !== "closed") return verdictOf(end, version);
  return unreachable("closed-before-answer", `closed after the login, and nothing was acknowledged${goodbyeText(end)}`);
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
