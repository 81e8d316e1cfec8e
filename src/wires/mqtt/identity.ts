import { WireError } from "../../model/ports.ts";
import type { SessionOptions } from "./session.ts";

/** Who connects. */
export type Identity = Pick<SessionOptions, "mqttVersion" | "clientId" | "username" | "password">;

/** MQTT 3.1.1, 1.5.3: lengths of text are two bytes. */
export const LONGEST_TEXT = 0xffff;

/** Throws WireError "protocol-error" for credentials, issued by a server, that no CONNECT can carry. */
export function checkIdentity({ mqttVersion, clientId, username, password }: Identity): void {
  if (mqttVersion === "3.1" && clientId === "") throw refused("MQTT 3.1 needs a client id");
  // MQTT 3.1.1, 3.1.2.9; MQTT 5 would allow it, and ThingsBoard has no such credentials.
  if (password !== undefined && username === undefined) throw refused("a password needs a user name");
  checkLength("client id", clientId);
  if (username !== undefined) checkLength("user name", username);
  if (password !== undefined) checkLength("password", password);
}

function checkLength(what: string, text: string): void {
  // No text has more than three bytes for each of its units.
  if (text.length > LONGEST_TEXT / 3 && Buffer.byteLength(text) > LONGEST_TEXT) {
    throw refused(`a ${what} of ${Buffer.byteLength(text)} bytes, and MQTT takes ${LONGEST_TEXT}`);
  }
}

function refused(detail: string): WireError {
  return new WireError("protocol-error", detail);
}
