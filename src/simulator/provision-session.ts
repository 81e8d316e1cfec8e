import type { IPublishPacket, ISubscribePacket, IUnsubscribePacket, Packet } from "mqtt-packet";
import { type Fault, type FaultPicker, delayOf } from "./faults.ts";
import { type Link, REASON, type Session } from "./link.ts";
import { PINGRESP, encodePuback, encodePublish, encodeSuback, encodeUnsuback } from "./mqtt-encoder.ts";
import { BadRequest, readProvisionJson, writeProvisionJson } from "./provision-json.ts";
import { readProvisionProtobuf, writeProvisionProtobuf } from "./provision-protobuf.ts";
import type { ProvisionReply, ProvisionRequest, Provisioning } from "./provisioning.ts";
import type { CredentialFaults } from "./credential-faults.ts";
import { type Tally, tell } from "./tally.ts";
import type { Timers } from "./timers.ts";
import type { TransportApi } from "./transport-api.ts";
import type { VersionTraits } from "./version-table.ts";

export const REQUEST_TOPIC = "/provision/request";
export const RESPONSE_TOPIC = "/provision/response";

export interface ProvisionSessionDeps {
  readonly traits: VersionTraits;
  readonly transport: TransportApi;
  readonly provisioning: Provisioning;
  readonly faults: FaultPicker;
  readonly credentialFaults: CredentialFaults;
  readonly timers: Timers;
  readonly tally: Tally;
  /** Of a provision session, from its first answer. */
  readonly closeAfterAnswerMs: number;
  readonly requestTimeoutMs: number;
}

/** One connection that came in as user or client `provision`: the table "allowed packets" of the contract, section 1. */
export function createProvisionSession(deps: ProvisionSessionDeps, link: Link): Session {
  const { traits, tally, timers } = deps;
  /** Undefined: not subscribed; the answer comes all the same, with QoS 1. */
  let grantedQos: 0 | 1 | undefined;
  /** Counts every message, those of QoS 0 too. */
  let lastMessageId = 0;
  /** Once a request came as protobuf, every answer is protobuf. */
  let protobuf = false;
  let cancelClose: (() => void) | undefined;

  /** The request's own acknowledgement, which ThingsBoard holds back until the core has answered. */
  const acknowledgement = (packet: IPublishPacket, code: number): Buffer[] =>
    packet.qos === 0 ? [] : [encodePuback(link.version, packet.messageId ?? 0, code)];

  const acknowledgeAndClose = (packet: IPublishPacket, reason: number): void => {
    const bytes = acknowledgement(packet, reason);
    if (bytes[0] !== undefined) link.write(bytes[0]);
    link.close(reason);
  };

  /** Bad-request matrix: what the adaptor cannot read. */
  const rejectPayload = (packet: IPublishPacket): void => {
    if (traits.disconnectPacket && link.version === 5 && packet.qos > 0) {
      link.write(encodePuback(5, packet.messageId ?? 0, REASON.payloadFormatInvalid));
    } else {
      link.close(REASON.payloadFormatInvalid);
    }
  };

  /** Bad-request matrix: any other exception; up to 3.6.4 the connection is closed without a PUBACK. */
  const rejectRequest = (packet: IPublishPacket, reason: number): void => {
    if (traits.disconnectPacket) acknowledgeAndClose(packet, reason);
    else link.drop();
  };

  const readRequest = (packet: IPublishPacket): ProvisionRequest | undefined => {
    const payload = Buffer.from(packet.payload);
    try {
      return readProvisionJson(payload.toString("utf8"), traits.gatewayField);
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      if (error.kind === "syntax") {
        const request = readProvisionProtobuf(payload, traits.gatewayField);
        if (request !== undefined) {
          protobuf = true;
          return request;
        }
      }
      tally.badRequests += 1;
      if (error.kind === "runtime") rejectRequest(packet, REASON.implementationSpecific);
      else rejectPayload(packet);
      return undefined;
    }
  };

  const responseTo = (reply: ProvisionReply, topic: string): Buffer => {
    lastMessageId = (lastMessageId % 0xffff) + 1;
    return encodePublish(link.version, {
      topic,
      qos: grantedQos ?? 1,
      messageId: lastMessageId,
      payload: protobuf ? writeProvisionProtobuf(reply) : writeProvisionJson(reply),
    });
  };

  const answer = (packet: IPublishPacket, reply: ProvisionReply, fault: Fault | undefined): void => {
    const told = reply.status === "SUCCESS" ? reply.device : undefined;
    if (!link.open) {
      if (told !== undefined) tell(told, "ghost");
      return;
    }
    count(tally, reply.status);
    const acknowledged = acknowledgement(packet, REASON.success);
    if (fault?.kind === "acknowledge-only") {
      for (const bytes of acknowledged) link.write(bytes);
      if (told !== undefined) tell(told, "ghost");
      return;
    }
    const response = responseTo(reply, fault?.kind === "other-topic" ? "/provision/elsewhere" : RESPONSE_TOPIC);
    const burst = Buffer.concat([...acknowledged, response]);
    if (fault?.kind === "fragment") for (const byte of burst) link.write(Buffer.from([byte]));
    else link.write(burst);
    if (fault?.kind === "duplicate") link.write(responseTo(reply, RESPONSE_TOPIC));
    if (told !== undefined) tell(told, fault?.kind === "other-topic" ? "ghost" : "told");
    cancelClose ??= timers.after(deps.closeAfterAnswerMs, () => link.drop());
  };

  const fail = (packet: IPublishPacket): void => {
    tally.unanswered += 1;
    if (link.open) acknowledgeAndClose(packet, REASON.implementationSpecific);
  };

  const lost = (reply: ProvisionReply): void => {
    if (reply.status === "SUCCESS") tell(reply.device, "ghost");
  };

  const askCore = (packet: IPublishPacket, request: ProvisionRequest, fault: Fault | undefined): void => {
    deps.transport.ask(
      "provision",
      () => deps.provisioning.decide(request),
      (reply) => {
        if (reply === undefined) fail(packet);
        else if (fault === undefined) answer(packet, reply, undefined);
        else answerWithFault(packet, reply, fault);
      },
      lost,
    );
  };

  const answerWithFault = (packet: IPublishPacket, reply: ProvisionReply, fault: Fault): void => {
    switch (fault.kind) {
      case "ghost":
        lost(reply);
        timers.after(fault.ms ?? deps.requestTimeoutMs, () => fail(packet));
        return;
      case "delay":
        timers.after(delayOf(fault), () => answer(packet, reply, undefined));
        return;
      case "other-credentials":
      case "same-credentials":
        answer(packet, deps.credentialFaults.replace(reply, fault), undefined);
        return;
      default:
        answer(packet, reply, fault);
    }
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
    if (fault !== undefined) tally.faults += 1;
    switch (fault?.kind) {
      case "drop":
        return;
      case "reset":
        link.reset();
        return;
      case "close":
        link.drop();
        return;
      case "half-open":
        link.freeze();
        return;
      case "garbage":
        link.write(GARBAGE);
        return;
      case "queue-full":
        fail(packet);
        return;
      default:
        askCore(packet, request, fault);
    }
  };

  /** From 3.9 on (MTH:818-838); before, nothing happens, not even the subscription. */
  const subscribe = (packet: ISubscribePacket): void => {
    if (!traits.provisionSuback) return;
    const refusal = link.version === 5 ? REASON.topicFilterInvalid : 0x80;
    const codes = packet.subscriptions.map(({ topic, qos }) => {
      if (topic !== RESPONSE_TOPIC) return refusal;
      grantedQos = qos === 0 ? 0 : 1;
      return grantedQos;
    });
    link.write(encodeSuback(link.version, packet.messageId ?? 0, codes));
  };

  const unsubscribe = (packet: IUnsubscribePacket): void => {
    if (!traits.provisionSuback) return;
    const codes = packet.unsubscriptions.map((topic) => {
      const known = topic === RESPONSE_TOPIC && grantedQos !== undefined;
      if (known) grantedQos = undefined;
      return known ? REASON.success : REASON.noSubscription;
    });
    link.write(encodeUnsuback(link.version, packet.messageId ?? 0, codes));
  };

  return {
    handle: (packet: Packet) => {
      switch (packet.cmd) {
        case "publish":
          return publish(packet);
        case "subscribe":
          return subscribe(packet);
        case "unsubscribe":
          return unsubscribe(packet);
        case "pingreq":
          return link.write(PINGRESP);
        case "disconnect":
          return link.close(REASON.success);
        default:
          // PUBACK and the like: the answer is never sent again, so there is nothing to stop.
          return undefined;
      }
    },
    closed: () => cancelClose?.(),
  };
}

/** A packet type that does not exist, with a length that does not end. */
export const GARBAGE: Buffer = Buffer.from([0x0f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x7f]);

function count(tally: Tally, status: ProvisionReply["status"]): void {
  switch (status) {
    case "SUCCESS":
      tally.succeeded += 1;
      return;
    case "NOT_FOUND":
      tally.notFound += 1;
      return;
    case "FAILURE":
      tally.failed += 1;
  }
}
