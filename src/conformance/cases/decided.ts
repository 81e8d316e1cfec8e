import { type Bench, type ConformanceCase, perVersion } from "../case.ts";
import type { Expected } from "../columns.ts";
import type { Conversation } from "../conversation.ts";

/** A case about what the server decides on a request, which is the same over every version of MQTT: one of them is asked. */
export function decided(
  id: string,
  title: string,
  row: string,
  expected: Expected,
  observe: (talk: Conversation, bench: Bench) => Promise<string>,
  needs: ConformanceCase["needs"] = [],
): readonly ConformanceCase[] {
  return perVersion({ id, title, row, v3: expected, v5: expected, versions: ["3.1.1"], needs, observe });
}

/** The acknowledgement before an answer has cases of its own. */
export function shortOf(text: string): string {
  return text.replace(/^PUBACK, /, "");
}
