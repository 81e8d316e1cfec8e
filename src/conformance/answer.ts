import { z } from "zod";

/** An answer to a provision request, as far as it can be read. */
export interface Answer {
  readonly status: string;
  readonly credentialsType: string | undefined;
  readonly credentialsValue: unknown;
  /** As it came. */
  readonly body: string;
}

export function readJsonAnswer(body: string): Answer {
  const { status, credentialsType, credentialsValue } = fieldsOf(body);
  return {
    status: typeof status === "string" ? status : `unreadable ${JSON.stringify(body.slice(0, 80))}`,
    credentialsType: typeof credentialsType === "string" ? credentialsType : undefined,
    credentialsValue,
    body,
  };
}

const fieldsSchema = z.record(z.string(), z.unknown());

/** {} where the text is no JSON object. */
export function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  try {
    return fieldsSchema.parse(JSON.parse(body));
  } catch {
    return {};
  }
}

export function answerText({ status, credentialsType }: Answer): string {
  return credentialsType === undefined ? status : `${status} ${credentialsType}`;
}
