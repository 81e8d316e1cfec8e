import { type Answer, readJsonAnswer } from "./answer.ts";
import type { Received } from "./packet-text.ts";
import { readProtobufAnswer } from "./protobuf.ts";

/** An answer is JSON or protobuf, as it was asked; only JSON begins with a brace. */
export function answerOf({ publish }: Received): Answer | undefined {
  if (publish === undefined) return undefined;
  return publish.payload[0] === 0x7b
    ? readJsonAnswer(publish.payload.toString("utf8"))
    : readProtobufAnswer(publish.payload);
}
