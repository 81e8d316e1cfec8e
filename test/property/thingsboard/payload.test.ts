import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Device } from "../../../src/model/device.ts";
import { WireError } from "../../../src/model/ports.ts";
import { seq } from "../../../src/model/units.ts";
import { readProvisionJson } from "../../../src/simulator/payload/provision-json.ts";
import { requestJson } from "../../../src/thingsboard/messages.ts";
import { jsonPayload, type PayloadCodec } from "../../../src/thingsboard/payload.ts";
import { protobufPayload } from "../../../src/thingsboard/protobuf-payload.ts";
import { readProvisionProtobuf } from "../../../src/simulator/payload/provision-protobuf.ts";
import { Secret } from "../../../src/model/secret.ts";
import { times } from "../../support/times.ts";

const device: Device = { seq: seq(0), name: "n", credentials: undefined, gateway: false, misbehaviour: undefined };

const codecs: readonly (readonly [string, PayloadCodec])[] = [
  ["JSON", jsonPayload],
  ["protobuf", protobufPayload],
];

/** What came of reading an answer: a status, or the kind of failure. */
function read(codec: PayloadCodec, payload: Uint8Array): string {
  try {
    return codec.reply(payload, device).status;
  } catch (error) {
    return error instanceof WireError ? error.kind : `thrown: ${String(error)}`;
  }
}

const READINGS = ["SUCCESS", "NOT_FOUND", "FAILURE", "unreadable-answer"];
const jsonBytes = fc.json().map((text) => Buffer.from(text));
const nearMiss = fc
  .record(
    {
      status: fc.constantFrom<unknown>("SUCCESS", "FAILURE", "MAYBE", 1, null),
      credentialsType: fc.constantFrom<unknown>("ACCESS_TOKEN", "MQTT_BASIC", "X509_CERTIFICATE", "PALM", 2, null),
      credentialsValue: fc.oneof(fc.string(), fc.jsonValue()),
    },
    { requiredKeys: [] },
  )
  .map((answer) => Buffer.from(JSON.stringify(answer)));

describe.each(codecs)("answers in %s", (_, codec) => {
  it("are read or unreadable, whatever they are", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), jsonBytes, nearMiss), (payload) => {
        expect(READINGS).toContain(read(codec, payload));
      }),
      { numRuns: times(500) },
    );
  });
});

describe("requests", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 40 }).filter((value) => value.isWellFormed());
  const asked = fc.record({ name: text, key: text, secret: text, clientId: text, username: text, password: text });

  it("are read by the simulator as they were meant, in JSON and in protobuf", () => {
    fc.assert(
      fc.property(asked, ({ name, key, secret, clientId, username, password }) => {
        const own: Device = {
          ...device,
          name,
          credentials: { type: "MQTT_BASIC", clientId, username, password: new Secret(password) },
          gateway: true,
        };
        const access = { key, secret: new Secret(secret) };
        const meant = {
          deviceName: name,
          key,
          secret,
          credentials: { type: "MQTT_BASIC", token: "", hash: "", clientId, username, password },
          gateway: true,
        };
        expect(readProvisionJson(requestJson(own, access), true)).toMatchObject(meant);
        expect(readProvisionProtobuf(Buffer.from(protobufPayload.request(own, access)), true)).toEqual(meant);
      }),
    );
  });
});
