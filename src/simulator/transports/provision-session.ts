import type { IPublishPacket, ISubscribePacket, IUnsubscribePacket } from "mqtt-packet";
import { breakableLink } from "./link-faults.ts";
import { type Link, REASON, type Session } from "./link.ts";
import { PINGRESP, encodePuback, encodeSuback, encodeUnsuback } from "./mqtt-encoder.ts";
import { type PacketHandlers, handlePacket } from "./packet-handlers.ts";
import { type ProvisionAnswersDeps, RESPONSE_TOPIC, createProvisionAnswers } from "./provision-answers.ts";
import { readProvisionRequest } from "../payload/provision-payload.ts";
import type { ProvisionExchange, ProvisionRequests } from "../core/provision-requests.ts";
import type { VersionTraits } from "../core/version-table.ts";

const REQUEST_TOPIC = "/provision/request";
const SUBSCRIPTION_REFUSED = 0x80;

export interface ProvisionSessionDeps extends ProvisionAnswersDeps {
  readonly traits: VersionTraits;
  readonly requests: ProvisionRequests;
}

/** One connection that came in as user or client `provision`: the table "allowed packets" of the contract, section 1. */
export function createProvisionSession(deps: ProvisionSessionDeps, link: Link): Session {
  const { traits } = deps;
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

  const exchangeOf = (packet: IPublishPacket): ProvisionExchange => ({
    ...breakableLink(link),
    isOpen: () => link.open,
    reply: (reply, _form, manner) => answers.reply(packet, reply, manner),
    misunderstood: ({ kind }) => {
      if (kind === "runtime") rejectRequest(packet, REASON.implementationSpecific);
      else rejectPayload(packet);
    },
    fail: () => {
      if (link.open) answers.refuse(packet, REASON.implementationSpecific);
    },
  });

  const publish = (packet: IPublishPacket): void => {
    if (packet.topic !== REQUEST_TOPIC) {
      rejectRequest(packet, REASON.topicNameInvalid);
      return;
    }
    deps.requests.ask(exchangeOf(packet), () => {
      const read = readProvisionRequest(Buffer.from(packet.payload), traits.gatewayField);
      if (read.form === "protobuf") answers.form = read.form;
      return read;
    });
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
    link.hold(encodeSuback(link.version, packet.messageId ?? 0, codes));
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
    disconnect: () => link.part(),
  };
  return { handle: (packet) => handlePacket(handlers, packet), closed: () => answers.stop() };
}
