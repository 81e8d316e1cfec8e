import type { Credentials, Device } from "../model/device.ts";
import type { ChainPlan, Target, Timeouts } from "../model/plan.ts";
import { type Mark, type Provisioner, type Reply, WireError } from "../model/ports.ts";
import { msFromUs, us } from "../model/units.ts";
import { reasonName } from "../wires/mqtt/reason-codes.ts";
import { goodbyeText, type MqttSession, type OpenSession, type SessionEnd } from "../wires/mqtt/session.ts";
import type { Endpoint } from "../wires/socket/endpoint.ts";
import { abortsOf } from "../wires/socket/aborts.ts";
import { endpointOf } from "../wires/socket/endpoint.ts";
import { leavingOf } from "./leaving.ts";

export interface ChainProvisionerDeps {
  readonly target: Target;
  readonly chain: Pick<ChainPlan, "certificates">;
  readonly timeouts: Timeouts;
  readonly openSession: OpenSession;
}

/** CONNACK codes that say no for good, in MQTT 3 and 5; any other says that the server is in trouble. */
const NOT_AUTHORISED = [5, 0x87];
/**
 * For so long ThingsBoard's handshake waits for its core, and goes on without (MSP:169): a refusal that comes later says
 * nothing, the device may yet be created.
 */
const SERVER_PATIENCE_MS = 10_000;

/**
 * Provisions each device by its TLS login (strategy X509_CERTIFICATE_CHAIN): there is no request and no answer, the server
 * creates the device of the certificate in the handshake, and its CONNACK tells. Sent is the beginning of the handshake,
 * because in TLS 1.3 the client's end of it is over before the server has looked at the certificate, and in TLS 1.2 after.
 */
export function createChainProvisioner(deps: ChainProvisionerDeps): Provisioner {
  const { target, chain, timeouts, openSession } = deps;
  const { mqttVersion } = target;
  const endpoint = endpointOf(target);
  const [connectMs, answerMs] = [msFromUs(timeouts.connect), msFromUs(timeouts.answer)];
  // The session's own deadlines come last: it counts the handshake as connecting, which here is the request.
  const never = us(timeouts.connect + timeouts.answer);

  function provision(device: Device, mark: Mark, stop: AbortSignal): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const credentials = credentialsOf(device);
      if (stop.aborted) return reject(new WireError("aborted", "stopped while in flight"));
      /** Whether the server may have been shown the certificate. */
      let shown = false;
      let overdue = false;
      let patience: NodeJS.Timeout | undefined;
      let deadline = startDeadline("connect-timeout", "no connection", connectMs);
      const aborts = abortsOf(stop);
      const waiting = aborts.add(onAbort);
      const session: MqttSession = openSession(
        {
          endpoint: showing(endpoint, credentials, chain.certificates),
          mqttVersion,
          clientId: `rollcall-${device.seq.toString(36)}`,
          username: undefined,
          password: undefined,
          keepAliveSeconds: 0,
          connectTimeout: never,
          acceptTimeout: never,
        },
        {
          leaves: leavingOf(endpoint, mark),
          opened: onOpened,
          shown: () => {
            shown = true;
          },
          accepted: onAccepted,
          ended: onEnded,
        },
      );

      function onOpened(peer: string | undefined): void {
        mark("connected", peer);
        mark("sent");
        clearTimeout(deadline);
        deadline = startDeadline("answer-timeout", "no CONNACK", answerMs);
        patience = setTimeout(() => {
          overdue = true;
        }, SERVER_PATIENCE_MS);
      }

      function onAccepted(): void {
        mark("answered");
        session.disconnect();
        settle(() => resolve({ status: "SUCCESS", credentials }));
      }

      function onEnded(end: SessionEnd): void {
        if (end.kind !== "refused") return settle(() => reject(unanswered(end)));
        const message = `CONNACK ${reasonName(end.code, mqttVersion)}${end.said ?? ""}`;
        if (!NOT_AUTHORISED.includes(end.code)) {
          return settle(() => reject(new WireError("session-refused", message)));
        }
        if (overdue) {
          const late = `${message}, after the ${SERVER_PATIENCE_MS / 1_000} s that the server waits for its own answer`;
          return settle(() => reject(new WireError("session-refused", late)));
        }
        mark("answered");
        settle(() => resolve({ status: "NOT_AUTHORIZED", message }));
      }

      function unanswered(end: Exclude<SessionEnd, { kind: "refused" }>): WireError {
        if (end.kind === "closed")
          return new WireError("closed-before-accept", `closed before CONNACK${goodbyeText(end)}`);
        const { kind, detail, cause } = end.error;
        return new WireError(kind, detail, cause, !shown);
      }

      function startDeadline(kind: "connect-timeout" | "answer-timeout", what: string, ms: number): NodeJS.Timeout {
        return setTimeout(() => fail(new WireError(kind, `${what} within ${ms} ms`, undefined, !shown)), ms);
      }

      function onAbort(): void {
        fail(new WireError("aborted", "stopped while in flight", undefined, !shown));
      }

      function fail(error: WireError): void {
        session.destroy();
        settle(() => reject(error));
      }

      /** Once: no event of the session comes after its end, its disconnect or its destruction. */
      function settle(how: () => void): void {
        clearTimeout(deadline);
        clearTimeout(patience);
        aborts.delete(waiting);
        how();
      }
    });
  }

  return { provision, close: () => Promise.resolve() };
}

type Certified = Extract<Credentials, { type: "X509_CERTIFICATE" }>;

function credentialsOf({ seq, credentials }: Device): Certified {
  if (credentials?.type === "X509_CERTIFICATE") return credentials;
  throw new Error(`device ${seq} has no certificate to show`);
}

/** The server looks for its profile among the certificates that it is shown: those of the authority come along. */
function showing(endpoint: Endpoint, { certificate, privateKey }: Certified, chain: string): Endpoint {
  if (endpoint.tls === undefined || privateKey === undefined) throw new Error("a certificate needs its key, and TLS");
  const identity = { certificate: `${certificate}${chain}`, privateKey };
  return { ...endpoint, tls: { ...endpoint.tls, identity } };
}
