import { expect, it } from "vitest";
import { laterToControl } from "../../../src/generator/negative-control.ts";
import type { Credentials } from "../../../src/model/device.ts";
import { Secret } from "../../../src/model/secret.ts";

const token = (text: string): Credentials => ({ type: "ACCESS_TOKEN", token: new Secret(text) });
const certificate: Credentials = { type: "X509_CERTIFICATE", certificate: "MIIB", privateKey: undefined };

it("the negative control of a mixed fleet tries a device that has a secret", () => {
  const [first, second] = [token("first"), token("second")];
  expect(laterToControl(undefined, certificate)).toBe(certificate);
  expect(laterToControl(certificate, first)).toBe(first);
  expect(laterToControl(first, certificate)).toBe(first);
  expect(laterToControl(first, second)).toBe(second);
});
