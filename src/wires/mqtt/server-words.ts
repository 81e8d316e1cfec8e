import { boundedText } from "../server-text.ts";

/** MQTT 5, 3.2.2.3.9 and 3.2.2.3.16, and the same of SUBACK, PUBACK and DISCONNECT: for people, and decided by the server. */
export interface ServerWords {
  readonly reasonString: string | undefined;
  readonly serverReference: string | undefined;
}

/** To stand behind the name of a reason code; undefined: the server said nothing more. */
export function wordsText({ reasonString = "", serverReference = "" }: ServerWords): string | undefined {
  if (reasonString === "" && serverReference === "") return undefined;
  const reason = reasonString === "" ? "" : ` ("${boundedText(reasonString)}")`;
  const reference = serverReference === "" ? "" : `; use another server: ${boundedText(serverReference)}`;
  return `${reason}${reference}`;
}

/** `properties` as mqtt-packet gives them: a list where the server said one of them twice, of which the first counts. */
export function wordsOf(
  properties: { readonly reasonString?: unknown; readonly serverReference?: unknown } | undefined,
): string | undefined {
  if (properties === undefined) return undefined;
  const { reasonString, serverReference } = properties;
  return wordsText({ reasonString: firstText(reasonString), serverReference: firstText(serverReference) });
}

function firstText(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : undefined;
}
