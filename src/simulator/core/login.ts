import { type StoredCredentials, sha3 } from "./credentials.ts";
import type { DeviceRecord, DeviceStore } from "./device-store.ts";

/** What a CONNECT offers; "" where absent. */
export interface LoginAttempt {
  readonly clientId: string;
  readonly userName: string;
  /** Undefined: none given. */
  readonly password: string | undefined;
}

type Match = "valid" | "password-mismatch" | "mismatch";

/** Each stored part that is not empty must be equal. */
function match(stored: StoredCredentials, attempt: LoginAttempt): Match {
  if (stored.type !== "MQTT_BASIC") return "mismatch";
  const { clientId, userName, password } = stored;
  if (clientId !== null && clientId !== "" && clientId !== attempt.clientId) return "mismatch";
  if (userName !== null && userName !== "" && userName !== attempt.userName) return "mismatch";
  if (password !== null && password !== "" && password !== attempt.password) return "password-mismatch";
  return "valid";
}

/** The login algorithm of the contract, section 4 (DTA:228-330): the device, or undefined where it is refused. */
export function findDevice(store: DeviceStore, attempt: LoginAttempt): DeviceRecord | undefined {
  if (attempt.userName === "") {
    const device = store.deviceByCredentials(sha3(attempt.clientId));
    return device !== undefined && match(device.credentials, attempt) === "valid" ? device : undefined;
  }
  // As in the server, empty parts are left out before joining.
  const both = attempt.clientId === "" ? attempt.userName : `${attempt.clientId}|${attempt.userName}`;
  const device = store.deviceByCredentials(sha3(both));
  if (device !== undefined) {
    const verdict = match(device.credentials, attempt);
    if (verdict === "valid") return device;
    if (verdict === "password-mismatch") return undefined;
  }
  return findByUserName(store, attempt);
}

function findByUserName(store: DeviceStore, attempt: LoginAttempt): DeviceRecord | undefined {
  const device = store.deviceByCredentials(attempt.userName);
  if (device === undefined) return undefined;
  if (device.credentials.type === "ACCESS_TOKEN") return device;
  return match(device.credentials, attempt) === "valid" ? device : undefined;
}

/** HTTP: the token only. */
export function findDeviceByToken(store: DeviceStore, token: string): DeviceRecord | undefined {
  const device = store.deviceByCredentials(token);
  return device?.credentials.type === "ACCESS_TOKEN" ? device : undefined;
}

/** X.509: the leaf certificate, one line of base64 of its DER. */
export function findDeviceByCertificate(store: DeviceStore, certificate: string): DeviceRecord | undefined {
  const device = store.deviceByCredentials(sha3(certificate));
  return device?.credentials.type === "X509_CERTIFICATE" ? device : undefined;
}
