import { z } from "zod";
import { readServerJson } from "../wires/server-json.ts";

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
  return fieldsSchema.safeParse(readServerJson(body)).data ?? {};
}

/** A field as text: what it is, nobody but the server decides. */
export function fieldText(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

export function answerText({ status, credentialsType }: Answer): string {
  return credentialsType === undefined ? status : `${status} ${credentialsType}`;
}
