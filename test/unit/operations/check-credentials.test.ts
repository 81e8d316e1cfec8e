import { describe, expect, it } from "vitest";
import type { ServerCredentials } from "../../../src/model/administration.ts";
import type { Credentials } from "../../../src/model/device.ts";
import { Secret } from "../../../src/model/secret.ts";
import { checkCredentials, spread } from "../../../src/operations/check-credentials.ts";

const never = new AbortController().signal;
const token = (text: string): Credentials => ({ type: "ACCESS_TOKEN", token: new Secret(text) });
const basic = (clientId?: string, username?: string, password?: string): Credentials => ({
  type: "MQTT_BASIC",
  clientId,
  username,
  password: password === undefined ? undefined : new Secret(password),
});
const certificate = (text: string): Credentials => ({
  type: "X509_CERTIFICATE",
  certificate: text,
  privateKey: undefined,
});

/** What is stored for each device, in order; undefined: the device is gone. */
function serverWith(...stored: readonly (Credentials | undefined)[]) {
  const found = (id: string): ServerCredentials | undefined => {
    const credentials = stored[Number(id)];
    return credentials === undefined ? undefined : { id: new Secret(id), credentials };
  };
  return { credentialsOf: (id: string) => Promise.resolve(found(id)) };
}

const issuedAll = (...issued: readonly Credentials[]) =>
  issued.map((each, index) => ({ device: { id: String(index), name: `d${index}` }, issued: each }));

describe("checkCredentials", () => {
  it("takes for the same what is stored in another form: an empty field, PEM in one line", async () => {
    const pem = "-----BEGIN CERTIFICATE-----\nAB\nCD\n-----END CERTIFICATE-----\n";
    const server = serverWith(token("t"), basic(undefined, "u", "p"), certificate("ABCD"), basic("c"));
    const issued = issuedAll(token("t"), basic("", "u", "p"), certificate(pem), basic("c", undefined, undefined));
    expect(await checkCredentials(server, issued, never)).toEqual([]);
  });

  it("names each device that the server has others for, and none that is gone", async () => {
    const server = serverWith(token("x"), basic("c", "u", "x"), certificate("XX"), undefined, token("t"));
    const issued = issuedAll(
      token("t"),
      basic("c", "u", "p"),
      certificate("ABCD"),
      token("gone"),
      basic("t", undefined, undefined),
    );
    expect(await checkCredentials(server, issued, never)).toEqual(["d0", "d1", "d2", "d4"]);
  });

  it("asks for no more once it is stopped", async () => {
    const stop = AbortSignal.abort(new Error("stopped"));
    await expect(checkCredentials(serverWith(token("t")), issuedAll(token("t")), stop)).rejects.toThrow("stopped");
  });
});

describe("spread", () => {
  it("gives all where there are few, and else some from the first to the last part", () => {
    expect(spread([1, 2, 3], 5)).toEqual([1, 2, 3]);
    expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5)).toEqual([0, 2, 4, 6, 8]);
    expect(spread([1, 2, 3], 0)).toEqual([]);
  });
});
