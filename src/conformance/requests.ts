import type { MqttVersion } from "../model/plan.ts";
import { type Answer, answerText } from "./answer.ts";
import { answerOf } from "./received-answer.ts";
import type { Access, Bench } from "./case.ts";
import { CameInstead, type Conversation, textOf } from "./conversation.ts";
import { END } from "./raw-client.ts";

/** A provision request as JSON; a field that is undefined is left out. Contains the secret in clear. */
export function requestText({ key, secret }: Access, fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ provisionDeviceKey: key, provisionDeviceSecret: secret.reveal(), ...fields });
}

/** The same for protobuf. */
export function keysOf(access: Access | undefined): { readonly key: string; readonly secret: string } {
  return { key: access?.key ?? "", secret: access?.secret.reveal() ?? "" };
}

interface Asked {
  /** All that came, up to the answer; "…, no answer" where there was none. */
  readonly text: string;
  readonly answer: Answer | undefined;
}

/** One request in a session of its own, up to its answer. */
export async function ask(
  talk: Conversation,
  payload: string | Uint8Array,
  options?: { readonly qos?: 0 | 1 | 2 },
): Promise<Asked> {
  await talk.enter();
  return askAgain(talk, payload, options);
}

/** The same in a session that has begun already. */
export async function askAgain(
  talk: Conversation,
  payload: string | Uint8Array,
  options?: { readonly qos?: 0 | 1 | 2 },
): Promise<Asked> {
  talk.publish(payload, options);
  const events = await talk.answers();
  const last = events.at(-1);
  const answer = last === undefined ? undefined : answerOf(last);
  const text = textOf(
    events.map((event) => (event === last && answer !== undefined ? { ...event, text: answerText(answer) } : event)),
  );
  return { text: answer === undefined && last?.cmd !== END.cmd ? `${text}, no answer` : text, answer };
}

/** Provisions a device to be somebody with. Throws CameInstead unless it succeeds. */
export async function provision(
  bench: Bench,
  fields: Readonly<Record<string, unknown>>,
  version: MqttVersion = "3.1.1",
): Promise<Answer> {
  const talk = bench.open(version);
  const { text, answer } = await ask(talk, requestText(bench.fixtures.profile, fields));
  talk.client.close();
  if (answer?.status !== "SUCCESS") throw new CameInstead(`nobody to log in as: ${text}`);
  return answer;
}
