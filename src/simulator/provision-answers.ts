import type { IPublishPacket } from "mqtt-packet";
import type { CredentialFaults } from "./credential-faults.ts";
import { type Fault, delayOf } from "./faults.ts";
import { type Link, REASON } from "./link.ts";
import { encodePuback, encodePublish } from "./mqtt-encoder.ts";
import { type PayloadForm, writeProvisionReply } from "./provision-payload.ts";
import type { ProvisionReply } from "./provisioning.ts";
import { type Tally, countReply, markLost, markTold } from "./tally.ts";
import type { Timers } from "./timers.ts";

export const RESPONSE_TOPIC = "/provision/response";
const OTHER_TOPIC = "/provision/elsewhere";

export interface ProvisionAnswersDeps {
  readonly credentialFaults: CredentialFaults;
  readonly timers: Timers;
  readonly tally: Tally;
  /** Of a provision session, from its first answer. */
  readonly closeAfterAnswerMs: number;
  readonly requestTimeoutMs: number;
}

/** What a provision session sends back. */
export interface ProvisionAnswers {
  /** Undefined: not subscribed; the answer comes all the same, with QoS 1 (MDA:45-56). */
  grantedQos: 0 | 1 | undefined;
  /** Once a request came as protobuf, every answer is protobuf (DSC:101). */
  form: PayloadForm;
  /** The core's reply; undefined: it gave none. */
  reply(request: IPublishPacket, reply: ProvisionReply | undefined, fault: Fault | undefined): void;
  /** The request's acknowledgement with a code, where it has QoS 1 or 2, then the close. */
  refuse(request: IPublishPacket, reason: number): void;
  /** The connection is gone. */
  stop(): void;
}

export function createProvisionAnswers(deps: ProvisionAnswersDeps, link: Link): ProvisionAnswers {
  const { tally, timers } = deps;
  /** Counts every message, those of QoS 0 too (DSC:65, 110-112). */
  let lastMessageId = 0;
  let cancelClose: (() => void) | undefined;

  /** Held back until the core has answered; QoS 2 gets no PUBREC. */
  const acknowledge = (request: IPublishPacket, code: number): readonly Buffer[] =>
    request.qos === 0 ? [] : [encodePuback(link.version, request.messageId ?? 0, code)];

  const response = (reply: ProvisionReply, topic: string): Buffer => {
    lastMessageId = (lastMessageId % 0xffff) + 1;
    return encodePublish(link.version, {
      topic,
      qos: answers.grantedQos ?? 1,
      messageId: lastMessageId,
      payload: writeProvisionReply(reply, answers.form),
    });
  };

  const send = (request: IPublishPacket, reply: ProvisionReply, fault: Fault | undefined): void => {
    if (!link.open) {
      markLost(reply);
      return;
    }
    countReply(tally, reply);
    const puback = acknowledge(request, REASON.success);
    if (fault?.kind === "acknowledge-only") {
      for (const bytes of puback) link.write(bytes);
      markLost(reply);
      return;
    }
    const elsewhere = fault?.kind === "other-topic";
    const burst = [...puback, response(reply, elsewhere ? OTHER_TOPIC : RESPONSE_TOPIC)];
    if (fault?.kind === "duplicate") burst.push(response(reply, RESPONSE_TOPIC));
    const bytes = Buffer.concat(burst);
    if (fault?.kind === "fragment") for (const byte of bytes) link.write(Buffer.from([byte]));
    else link.write(bytes);
    if (elsewhere) markLost(reply);
    else markTold(reply);
    // Every answer starts the 60 s, FAILURE included; the first one counts.
    cancelClose ??= timers.after(deps.closeAfterAnswerMs, () => link.drop());
  };

  const fail = (request: IPublishPacket): void => {
    tally.unanswered += 1;
    if (link.open) answers.refuse(request, REASON.implementationSpecific);
  };

  const answers: ProvisionAnswers = {
    grantedQos: undefined,
    form: "json",
    reply: (request, reply, fault) => {
      if (reply === undefined) fail(request);
      else if (fault?.kind === "ghost") {
        markLost(reply);
        timers.after(fault.ms ?? deps.requestTimeoutMs, () => fail(request));
      } else if (fault?.kind === "delay") {
        timers.after(delayOf(fault), () => send(request, reply, undefined));
      } else send(request, fault === undefined ? reply : deps.credentialFaults.replace(reply, fault), fault);
    },
    refuse: (request, reason) => {
      for (const bytes of acknowledge(request, reason)) link.write(bytes);
      link.close(reason);
    },
    stop: () => cancelClose?.(),
  };
  return answers;
}
