import type { Received } from "./packet-text.ts";
import { readProtobufAnswer } from "./protobuf.ts";

/** An answer to a provision request, as far as it can be read. */
export interface Answer {
  readonly status: string;
  readonly credentialsType: string | undefined;
  readonly credentialsValue: unknown;
  /** As it came. */
  readonly body: string;
}

export function readJsonAnswer(body: string): Answer {
  let fields: Readonly<Record<string, unknown>> = {};
  try {
    fields = JSON.parse(body) as Readonly<Record<string, unknown>>;
  } catch {
    // Its status is the text then.
  }
  const { status, credentialsType, credentialsValue } = fields;
  return {
    status: typeof status === "string" ? status : `unreadable ${JSON.stringify(body.slice(0, 80))}`,
    credentialsType: typeof credentialsType === "string" ? credentialsType : undefined,
    credentialsValue,
    body,
  };
}

export function answerText({ status, credentialsType }: Answer): string {
  return credentialsType === undefined ? status : `${status} ${credentialsType}`;
}

/** An answer is JSON or protobuf, as it was asked; only JSON begins with a brace. */
export function answerOf({ publish }: Received): Answer | undefined {
  if (publish === undefined) return undefined;
  return publish.payload[0] === 0x7b
    ? readJsonAnswer(publish.payload.toString("utf8"))
    : readProtobufAnswer(publish.payload);
}
