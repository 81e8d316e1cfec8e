import { WireError } from "../../model/ports.ts";

/** What a server must not send, in the words that every client of ours uses for it. */
export const VIOLATIONS = {
  malformed: "malformed packet",
  duplicateConnack: "a second CONNACK",
  wrongAcknowledgement: "an acknowledgement of another kind than what it names",
  topicAlias: "a topic alias, and none was offered",
  unexpected: "a packet that nobody asked for",
} as const;
export type Violation = keyof typeof VIOLATIONS;

export function violation(of: Violation, cause?: unknown): WireError {
  return new WireError("protocol-error", VIOLATIONS[of], cause);
}

/** Bytes that are no packet of the version that is spoken. */
export class MalformedPacket extends Error {}
