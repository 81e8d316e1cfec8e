import type { Deletable } from "../../model/deletion-proof.ts";
import type { z } from "zod";
import { fieldText } from "../answer.ts";
import type { AdminFixtures, RestAnswer } from "../case.ts";
import { CameInstead } from "../conversation.ts";

/** A refusal, by its numbers. */
export function codeOf({ status, body }: RestAnswer): string {
  return `${status}, code ${fieldText(body["errorCode"])}`;
}

/** The same, and the server's words where they are not `said`. */
export function saidOf(answer: RestAnswer, said: string): string {
  const { message } = answer.body;
  return message === said ? codeOf(answer) : `${codeOf(answer)}: ${fieldText(message)}`;
}

/** What is sent to make something. */
export interface NamedBody extends Readonly<Record<string, unknown>> {
  readonly name: string;
}

/** Asks for something that must be refused; what a server makes of it all the same is taken away again. */
export async function refusedBy(
  { rest, deletions }: AdminFixtures,
  what: Deletable,
  path: string,
  body: NamedBody | string,
): Promise<RestAnswer> {
  const answer = await rest("POST", path, body);
  if (answer.status === 200) await deletions.takeAway(what, typeof body === "string" ? "" : body.name, answer);
  return answer;
}

/** The value of an answer as `schema` has it. Throws CameInstead: what answers may be anything. */
export function valueOf<T>(schema: z.ZodType<T>, { status, value }: RestAnswer): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const place = read.error.issues[0]?.path.join(".") ?? "";
  throw new CameInstead(`${status}, without ${place === "" ? "the value" : `the ${place}`} that belongs there`);
}

/** As the server has stored them for the device of that name. */
export async function credentialsOf(admin: AdminFixtures, name: string): Promise<RestAnswer["body"]> {
  return (await admin.rest("GET", `/api/device/${await admin.deviceId(name)}/credentials`)).body;
}

/** Path of the device's server-side attributes. */
export async function attributesOf(admin: AdminFixtures, name: string): Promise<string> {
  return `/api/plugins/telemetry/DEVICE/${await admin.deviceId(name)}/SERVER_SCOPE`;
}
