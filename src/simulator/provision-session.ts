import type { IPublishPacket, ISubscribePacket, IUnsubscribePacket } from "mqtt-packet";
import type { Fault, FaultPicker } from "./faults.ts";
import { breakLink } from "./link-faults.ts";
import { type Link, REASON, type Session } from "./link.ts";
import { PINGRESP, encodePuback, encodeSuback, encodeUnsuback } from "./mqtt-encoder.ts";
import { type PacketHandlers, handlePacket } from "./packet-handlers.ts";
import { type ProvisionAnswersDeps, RESPONSE_TOPIC, createProvisionAnswers } from "./provision-answers.ts";
import { BadRequest } from "./provision-json.ts";
import { readProvisionRequest } from "./provision-payload.ts";
import type { ProvisionRequest, Provisioning } from "./provisioning.ts";
import { markLost } from "./tally.ts";
import type { TransportApi } from "./transport-api.ts";
import type { VersionTraits } from "./version-table.ts";

const REQUEST_TOPIC = "/provision/request";
const SUBSCRIPTION_REFUSED = 0x80;

export interface ProvisionSessionDeps extends ProvisionAnswersDeps {
  readonly traits: VersionTraits;
  readonly transport: TransportApi;
  readonly provisioning: Provisioning;
  readonly faults: FaultPicker;
}

/** One connection that came in as user or client `provision`: the table "allowed packets" of the contract, section 1. */
export function createProvisionSession(deps: ProvisionSessionDeps, link: Link): Session {
  const { traits, tally } = deps;
  const answers = createProvisionAnswers(deps, link);

  /** Bad-request matrix: what the adaptor cannot read (MTH:320-322). */
  const rejectPayload = (packet: IPublishPacket): void => {
    if (traits.disconnectPacket && link.version === 5 && packet.qos > 0) {
      link.write(encodePuback(5, packet.messageId ?? 0, REASON.payloadFormatInvalid));
    } else link.close(REASON.payloadFormatInvalid);
  };

  /** Bad-request matrix: any other exception (MTH:316-319) and any other topic (MTH:311-315); no PUBACK up to 3.6.4. */
  const rejectRequest = (packet: IPublishPacket, reason: number): void => {
    if (traits.disconnectPacket) answers.refuse(packet, reason);
    else link.drop();
  };

  const readRequest = (packet: IPublishPacket): ProvisionRequest | undefined => {
    try {
      const { request, form } = readProvisionRequest(Buffer.from(packet.payload), traits.gatewayField);
      if (form === "protobuf") answers.form = form;
      return request;
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      tally.badRequests += 1;
      if (error.kind === "runtime") rejectRequest(packet, REASON.implementationSpecific);
      else rejectPayload(packet);
      return undefined;
    }
  };

  const askCore = (packet: IPublishPacket, request: ProvisionRequest, fault: Fault | undefined): void => {
    deps.transport.ask(
      "provision",
      (disturbed) => deps.provisioning.decide(request, disturbed || fault?.kind === "false-failure"),
      (reply) => answers.reply(packet, reply, fault),
      markLost,
    );
  };

  const publish = (packet: IPublishPacket): void => {
    if (packet.topic !== REQUEST_TOPIC) {
      rejectRequest(packet, REASON.topicNameInvalid);
      return;
    }
    tally.requests += 1;
    const request = readRequest(packet);
    if (request === undefined) return;
    const fault = deps.faults.pick("request", request.deviceName);
    if (fault === undefined) {
      askCore(packet, request, undefined);
      return;
    }
    tally.faults += 1;
    if (breakLink(link, fault)) return;
    if (fault.kind === "queue-full") answers.reply(packet, undefined, fault);
    else askCore(packet, request, fault);
  };

  /** From 3.9 on (MTH:818-838); before, nothing happens, not even the subscription. */
  const subscribe = (packet: ISubscribePacket): void => {
    if (!traits.provisionSuback) return;
    const refusal = link.version === 5 ? REASON.topicFilterInvalid : SUBSCRIPTION_REFUSED;
    const codes = packet.subscriptions.map(({ topic, qos }) => {
      if (topic !== RESPONSE_TOPIC) return refusal;
      answers.grantedQos = qos === 0 ? 0 : 1;
      return answers.grantedQos;
    });
    link.write(encodeSuback(link.version, packet.messageId ?? 0, codes));
  };

  const unsubscribe = (packet: IUnsubscribePacket): void => {
    if (!traits.provisionSuback) return;
    const codes = packet.unsubscriptions.map((topic) => {
      if (topic !== RESPONSE_TOPIC || answers.grantedQos === undefined) return REASON.noSubscription;
      answers.grantedQos = undefined;
      return REASON.success;
    });
    link.write(encodeUnsuback(link.version, packet.messageId ?? 0, codes));
  };

  // PUBACK and the like have no handler: the answer is never sent again, so there is nothing to stop.
  const handlers: PacketHandlers = {
    publish,
    subscribe,
    unsubscribe,
    pingreq: () => link.write(PINGRESP),
    disconnect: () => link.close(REASON.success),
  };
  return { handle: (packet) => handlePacket(handlers, packet), closed: () => answers.stop() };
}
