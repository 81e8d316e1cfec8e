import type { IPublishPacket } from "mqtt-packet";
import { type Link, REASON } from "./link.ts";
import { encodePuback, encodePublish } from "./mqtt-encoder.ts";
import { type PayloadForm, writeProvisionReply } from "../payload/provision-payload.ts";
import type { Manner } from "../core/provision-requests.ts";
import type { ProvisionReply } from "../core/provision-reply.ts";
import type { Timers } from "../timing/timers.ts";

export const RESPONSE_TOPIC = "/provision/response";
const OTHER_TOPIC = "/provision/elsewhere";

export interface ProvisionAnswersDeps {
  readonly timers: Timers;
  /** A provision session is closed so long after its first answer. */
  readonly closeAfterAnswerMs: number;
}

/** What a provision session sends back. */
export interface ProvisionAnswers {
  /** Undefined: not subscribed; the answer comes all the same, with QoS 1 (MDA:45-56). */
  grantedQos: 0 | 1 | undefined;
  /** Once a request came as protobuf, every answer is protobuf (DSC:101). */
  form: PayloadForm;
  /** The acknowledgement of `request`, and the core's reply to it. */
  reply(request: IPublishPacket, reply: ProvisionReply, manner: Manner): void;
  /** The request's acknowledgement with a code, where it has QoS 1 or 2, then the close. */
  refuse(request: IPublishPacket, reason: number): void;
  /** The connection is gone. */
  stop(): void;
}

export function createProvisionAnswers(deps: ProvisionAnswersDeps, link: Link): ProvisionAnswers {
  const { timers } = deps;
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

  /** What follows the acknowledgement. */
  const responses = (reply: ProvisionReply, manner: Manner): readonly Buffer[] => {
    switch (manner) {
      case "once":
      case "in-pieces":
        return [response(reply, RESPONSE_TOPIC)];
      case "twice":
        return [response(reply, RESPONSE_TOPIC), response(reply, RESPONSE_TOPIC)];
      case "to-somebody-else":
        return [response(reply, OTHER_TOPIC)];
      case "acknowledged":
        return [];
    }
  };

  const answers: ProvisionAnswers = {
    grantedQos: undefined,
    form: "json",
    reply: (request, reply, manner) => {
      const bytes = Buffer.concat([...acknowledge(request, REASON.success), ...responses(reply, manner)]);
      if (manner === "in-pieces") for (const byte of bytes) link.write(Buffer.from([byte]));
      else link.write(bytes);
      if (manner === "acknowledged") return;
      // Every answer starts the 60 s, FAILURE included; the first one counts.
      cancelClose ??= timers.after(deps.closeAfterAnswerMs, () => link.drop());
    },
    refuse: (request, reason) => {
      for (const bytes of acknowledge(request, reason)) link.write(bytes);
      link.close(reason);
    },
    stop: () => cancelClose?.(),
  };
  return answers;
}
