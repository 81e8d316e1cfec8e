import { accessToken, basicCredentials, certificateCredentials, type StoredCredentials } from "../core/credentials.ts";
import type { DeviceRecord } from "../core/device-store.ts";
import { badRequest, entityId, objectAt, textAt } from "./rest-answer.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** As a tenant administrator gives them; throws RestError where ThingsBoard refuses (DCI:96-185). */
export function storedCredentialsOf(given: JsonObject): StoredCredentials {
  const value = textAt(given, "credentialsValue");
  switch (given["credentialsType"]) {
    case "ACCESS_TOKEN": {
      const token = textAt(given, "credentialsId");
      if (token === undefined) throw badRequest("Device credentials id should be specified!");
      return accessToken(token);
    }
    case "X509_CERTIFICATE":
      return certificateCredentials(value ?? "");
    case "MQTT_BASIC": {
      const { clientId, userName, password } = readBasic(value);
      const basic = basicCredentials(clientId, userName, password);
      if (basic === undefined) throw badRequest("Both mqtt client id and user name are empty!");
      return basic;
    }
    default:
      throw badRequest("Device credentials type should be specified!");
  }
}

function readBasic(value: string | undefined) {
  let read: JsonObject = {};
  try {
    read = objectAt({ value: JSON.parse(value ?? "") }, "value");
  } catch {
    throw badRequest("Invalid credentials body for simple mqtt credentials!");
  }
  return {
    clientId: textAt(read, "clientId") ?? null,
    userName: textAt(read, "userName") ?? null,
    password: textAt(read, "password") ?? null,
  };
}

/** The value of MQTT_BASIC is JSON in a string; an access token has none. */
export function credentialsJson({ id, createdTime, credentials }: DeviceRecord): object {
  return {
    id: { id },
    createdTime,
    deviceId: entityId("DEVICE", id),
    credentialsType: credentials.type,
    credentialsId: credentials.id,
    credentialsValue: valueOf(credentials),
    version: 1,
  };
}

function valueOf(credentials: StoredCredentials): string | null {
  switch (credentials.type) {
    case "ACCESS_TOKEN":
    case "LWM2M_CREDENTIALS":
      return null;
    case "MQTT_BASIC": {
      const { clientId, userName, password } = credentials;
      return JSON.stringify({ clientId, userName, password });
    }
    case "X509_CERTIFICATE":
      return credentials.certificate;
  }
}
