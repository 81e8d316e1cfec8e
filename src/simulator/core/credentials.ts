import { hash } from "node:crypto";

/** Credentials as the server keeps them; `id` is unique over all devices, tenants and types (contract, section 3). */
export type StoredCredentials =
  | { readonly type: "ACCESS_TOKEN"; readonly id: string }
  | {
      readonly type: "MQTT_BASIC";
      readonly id: string;
      /** "" where a provision request left it out, null where REST did. */
      readonly clientId: string | null;
      readonly userName: string | null;
      readonly password: string | null;
    }
  /** `certificate`: one line of base64, as far as the sender gave base64 at all: nobody checks. */
  | { readonly type: "X509_CERTIFICATE"; readonly id: string; readonly certificate: string }
  | { readonly type: "LWM2M_CREDENTIALS"; readonly id: string };

export type CredentialsType = StoredCredentials["type"];

/** The credential fields of a provision request; "" where absent. */
export interface AskedCredentials {
  readonly type: CredentialsType;
  readonly token: string;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  /** The certificate, whatever its name says. */
  readonly hash: string;
}

/** Drops the PEM lines and line breaks, as the server does before hashing. */
export function singleLine(certificate: string): string {
  // Most texts that are hashed are names.
  if (!certificate.includes("-----") && !certificate.includes("\n") && !certificate.includes("\r")) return certificate;
  return certificate.replaceAll(/-----(?:BEGIN|END) CERTIFICATE-----|[\r\n]/g, "");
}

/** SHA3-256, lower-case hex, of the text without PEM lines and line breaks. */
export function sha3(text: string): string {
  return hash("sha3-256", singleLine(text));
}

/** The provision key of a profile with this certificate, PEM; of several, the first is its own (DPI:405-425). */
export function chainKey(certificates: string): string {
  return sha3(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(certificates)?.[0] ?? certificates);
}

export function accessToken(token: string): StoredCredentials {
  return { type: "ACCESS_TOKEN", id: token };
}

export function certificateCredentials(certificate: string): StoredCredentials {
  const value = singleLine(certificate);
  return { type: "X509_CERTIFICATE", id: sha3(value), certificate: value };
}

/** Undefined where ThingsBoard refuses the combination (DCI:163-168). Null and "" are both absent. */
export function basicCredentials(
  clientId: string | null,
  userName: string | null,
  password: string | null,
): StoredCredentials | undefined {
  const hasClientId = clientId !== null && clientId !== "";
  const hasUserName = userName !== null && userName !== "";
  if (!hasClientId && !hasUserName) return undefined;
  if (!hasUserName && password !== null && password !== "") return undefined;
  const id = basicCredentialsId(hasClientId ? clientId : "", hasUserName ? userName : "");
  return { type: "MQTT_BASIC", id, clientId, userName, password };
}

/** The username alone shares its namespace with access tokens. */
function basicCredentialsId(clientId: string, userName: string): string {
  if (clientId === "") return userName;
  return sha3(userName === "" ? clientId : `${clientId}|${userName}`);
}

/**
 * What a provision request asks for (DSI:577-628): "none" where no field is given, whatever its type says, so that the
 * device keeps the token it was created with; "invalid" where the creation fails and is rolled back.
 */
export function readAskedCredentials(asked: AskedCredentials): StoredCredentials | "none" | "invalid" {
  const { token, clientId, username, password, hash } = asked;
  if (token === "" && clientId === "" && username === "" && password === "" && hash === "") return "none";
  switch (asked.type) {
    case "ACCESS_TOKEN":
      return token === "" ? "invalid" : accessToken(token);
    case "MQTT_BASIC":
      return basicCredentials(clientId, username, password) ?? "invalid";
    case "X509_CERTIFICATE":
      return certificateCredentials(hash);
    case "LWM2M_CREDENTIALS":
      return "invalid";
  }
}
