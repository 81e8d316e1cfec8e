import { describe, expect, it } from "vitest";
import type { Credentials, Device } from "../../../src/model/device.ts";
import { sealSecrets, Secret } from "../../../src/model/secret.ts";
import { seq } from "../../../src/model/units.ts";
import { readReply, requestJson } from "../../../src/thingsboard/messages.ts";

const access = { key: "k", secret: new Secret("s") };

function deviceWith(credentials: Credentials | undefined, part: Partial<Device> = {}): Device {
  return { seq: seq(0), name: "n", credentials, gateway: false, misbehaviour: undefined, ...part };
}

const readTo = (text: string, device = deviceWith(undefined)) => sealSecrets(readReply(text, device));

describe("requests", () => {
  it("has the order of ThingsBoard's own examples", () => {
    const credentials = { type: "MQTT_BASIC", clientId: "c", username: "u", password: new Secret("p") } as const;
    expect(requestJson(deviceWith(credentials, { gateway: true }), access)).toBe(
      `{"deviceName":"n","provisionDeviceKey":"k","provisionDeviceSecret":"s",` +
        `"credentialsType":"MQTT_BASIC","username":"u","password":"p","clientId":"c","gateway":true}`,
    );
  });

  it("leaves out what a device does not say", () => {
    expect(requestJson(deviceWith(undefined, { name: undefined }), access)).toBe(
      `{"provisionDeviceKey":"k","provisionDeviceSecret":"s"}`,
    );
  });

  it("says the word `username`, and reads the word `userName`", () => {
    const answer = `{"credentialsValue":{"clientId":"c","userName":"u","password":"p"},"credentialsType":"MQTT_BASIC","status":"SUCCESS"}`;
    expect(readTo(answer)).toEqual({
      status: "SUCCESS",
      credentials: { type: "MQTT_BASIC", clientId: "c", username: "u", password: { $secret: "p" } },
    });
  });
});

describe("answers", () => {
  it("is a token where no credentials were given, although a type was asked for", () => {
    const asked = deviceWith({ type: "MQTT_BASIC", clientId: undefined, username: undefined, password: undefined });
    const answer = `{"credentialsValue":"t","credentialsType":"ACCESS_TOKEN","status":"SUCCESS"}`;
    expect(readTo(answer, asked)).toEqual({
      status: "SUCCESS",
      credentials: { type: "ACCESS_TOKEN", token: { $secret: "t" } },
    });
  });

  it("reads basic credentials that come as text, as protobuf has them", () => {
    const answer = JSON.stringify({
      credentialsValue: `{"clientId":null,"userName":"u","password":null}`,
      credentialsType: "MQTT_BASIC",
      status: "SUCCESS",
    });
    expect(readTo(answer)).toMatchObject({ credentials: { clientId: undefined, username: "u", password: undefined } });
  });

  it("keeps the private key of the certificate that the device brought, if it is the one that was echoed", () => {
    const pem = "-----BEGIN CERTIFICATE-----\nMI\nIB\n-----END CERTIFICATE-----\n";
    const own = deviceWith({ type: "X509_CERTIFICATE", certificate: pem, privateKey: new Secret("key") });
    const echo = (value: string) =>
      readTo(`{"credentialsValue":"${value}","credentialsType":"X509_CERTIFICATE","status":"SUCCESS"}`, own);
    expect(echo("MIIB")).toMatchObject({ credentials: { certificate: pem, privateKey: { $secret: "key" } } });
    expect(echo("MIIC")).toMatchObject({ credentials: { certificate: "MIIC", privateKey: undefined } });
  });

  it.each([
    [
      '{"provisionDeviceStatus":"SUCCESS","value":"hidden"}',
      'no status, but the fields "provisionDeviceStatus", "value"',
    ],
    ['{"hidden, with more than a word":1}', "no status, but the fields (not a word)"],
    ["{}", "no status, but no field at all"],
  ])("names the fields of an answer without a status: %s", (text, detail) => {
    expect(() => readTo(text)).toThrow(expect.objectContaining({ kind: "unreadable-answer", detail }));
  });

  it.each(["NOT_FOUND", "FAILURE"])("reads %s with its message, or without one", (status) => {
    expect(readTo(`{"errorMsg":"why","status":"${status}"}`)).toEqual({ status, message: "why" });
    expect(readTo(`{"status":"${status}"}`)).toEqual({ status, message: "" });
  });

  it.each([
    [`{"status":"SUCCESS","credentialsType":"ACCESS_TOKEN","credentialsValue":{"token":"hidden"}}`],
    [`{"status":"hidden, with more than a word"}`],
    [`{"status":"SUCCESS","credentialsType":"hidden value"}`],
    [`{"status":"SUCCESS","credentialsType":"MQTT_BASIC","credentialsValue":"hidden"}`],
    [`{"status":"SUCCESS","credentialsType":"MQTT_BASIC","credentialsValue":{"password":"hidden"}}`],
    [`hidden`],
    [`["hidden"]`],
    [`null`],
  ])("names no values of what it cannot read: %s", (text) => {
    const read = () => readTo(text);
    expect(read).toThrow(expect.objectContaining({ kind: "unreadable-answer" }));
    expect(read).not.toThrow("hidden");
  });
});
