import type { Device } from "../model/device.ts";
import type { Target, Timeouts } from "../model/plan.ts";
import { type Mark, type Provisioner, type Reply, WireError } from "../model/ports.ts";
import { msFromUs } from "../model/units.ts";
import { FIRST_ERROR, reasonName } from "../wires/mqtt/reason-codes.ts";
import { goodbyeText, type MqttSession, type OpenSession, type SessionEnd } from "../wires/mqtt/session.ts";
import { abortsOf } from "../wires/socket/aborts.ts";
import { endpointOf } from "../wires/socket/endpoint.ts";
import { leavingOf } from "./leaving.ts";
import { type ProfileAccess, REQUEST_TOPIC, RESPONSE_TOPIC } from "./messages.ts";
import type { PayloadCodec } from "./payload.ts";
import { refusalByDisconnect, refusalByPuback, refused } from "./refusals.ts";

export interface MqttProvisionerDeps {
  readonly target: Target;
  readonly provisioning: ProfileAccess;
  readonly timeouts: Timeouts;
  readonly payload: PayloadCodec;
  readonly openSession: OpenSession;
}

/**
 * Provisions each device over a connection of its own: as user `provision`, subscribed without waiting for SUBACK
 * (ThingsBoard up to 3.8 sends none and answers all the same), one request at QoS 1, disconnected after the answer
 * (ThingsBoard would keep the session for another 60 s).
 */
export function createMqttProvisioner(deps: MqttProvisionerDeps): Provisioner {
  const { target, provisioning, timeouts, payload: codec, openSession } = deps;
  const { mqttVersion } = target;
  const endpoint = endpointOf(target);
  const answerMs = msFromUs(timeouts.answer);

  function provision(device: Device, mark: Mark, stop: AbortSignal): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (stop.aborted) return reject(aborted());
      let acknowledged = false;
      /** Undefined until the request is sent. */
      let deadline: NodeJS.Timeout | undefined;
      const aborts = abortsOf(stop);
      const waiting = aborts.add(onAbort);
      const session: MqttSession = openSession(
        {
          endpoint,
          mqttVersion,
          // Up to 23 characters, the limit of MQTT 3.1.
          clientId: `rollcall-${device.seq.toString(36)}`,
          username: "provision",
          password: undefined,
          keepAliveSeconds: 0,
          connectTimeout: timeouts.connect,
          acceptTimeout: timeouts.accept,
        },
        {
          leaves: leavingOf(endpoint, mark),
          connected: (peer) => mark("connected", peer),
          accepted: onAccepted,
          subscribed: () => mark("subscribed"),
          acknowledged: onAcknowledged,
          message: onMessage,
          ended: (end) => settle(() => reject(failureOf(end))),
        },
      );

      function onAccepted(): void {
        mark("accepted");
        session.subscribe(RESPONSE_TOPIC, 1);
        const request = codec.request(device, provisioning);
        // Before the write, which takes as long as the kernel needs to carry it: on loopback, to the server's socket.
        mark("sent");
        session.publish(REQUEST_TOPIC, request, 1);
        deadline = setTimeout(() => fail(new WireError("answer-timeout", `no answer within ${answerMs} ms`)), answerMs);
      }

      function onAcknowledged(reasonCode: number, said = ""): void {
        mark("acknowledged");
        acknowledged = true;
        if (reasonCode >= FIRST_ERROR) {
          fail(refused(refusalByPuback(reasonCode), `PUBACK ${reasonName(reasonCode, mqttVersion)}${said}`));
        }
      }

      function onMessage(topic: string, payload: Uint8Array, waited?: number): void {
        if (topic !== RESPONSE_TOPIC || deadline === undefined) return;
        mark("answered", undefined, waited);
        session.disconnect();
        settle(() => {
          try {
            resolve(codec.reply(payload, device));
          } catch (error) {
            reject(error);
          }
        });
      }

      function onAbort(): void {
        fail(aborted());
      }

      function fail(error: WireError): void {
        session.destroy();
        settle(() => reject(error));
      }

      /** Once: no event of the session comes after its end, its disconnect or its destruction. */
      function settle(how: () => void): void {
        clearTimeout(deadline);
        aborts.delete(waiting);
        how();
      }

      function failureOf(end: SessionEnd): WireError {
        switch (end.kind) {
          case "refused":
            return new WireError("session-refused", `CONNACK ${reasonName(end.code, mqttVersion)}${end.said ?? ""}`);
          case "failed":
            return end.error;
          case "closed":
            return closedEarly(end);
        }
      }

      function closedEarly(end: Extract<SessionEnd, { readonly kind: "closed" }>): WireError {
        const { reasonCode } = end;
        const reason = goodbyeText(end);
        if (deadline === undefined) return new WireError("closed-before-accept", `closed before CONNACK${reason}`);
        const refusal = acknowledged || reasonCode === undefined ? undefined : refusalByDisconnect(reasonCode);
        if (refusal !== undefined) return refused(refusal, `closed before PUBACK and answer${reason}`);
        return acknowledged
          ? new WireError("acknowledged-not-answered", `acknowledged, then closed without an answer${reason}`)
          : new WireError("closed-before-answer", `closed before PUBACK and answer${reason}`);
      }
    });
  }

  return { provision, close: () => Promise.resolve() };
}

function aborted(): WireError {
  return new WireError("aborted", "stopped while in flight");
}
