import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Credentials } from "../../../src/model/device.ts";
import { Secret, sealSecrets } from "../../../src/model/secret.ts";
import { seq } from "../../../src/model/units.ts";
import { createRoster, readRoster } from "../../../src/record/roster.ts";
import { collect } from "./samples.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const CREDENTIALS: readonly Credentials[] = [
  { type: "ACCESS_TOKEN", token: new Secret("t") },
  { type: "MQTT_BASIC", clientId: "c", username: "u", password: new Secret("p") },
  { type: "MQTT_BASIC", clientId: undefined, username: "", password: undefined },
  { type: "X509_CERTIFICATE", certificate: "MIIB", privateKey: new Secret("-----BEGIN\nPRIVATE") },
  { type: "X509_CERTIFICATE", certificate: "MIIB", privateKey: undefined },
  { type: "LWM2M_CREDENTIALS" },
];

describe("roster", () => {
  it("gives back every kind of credentials, and leaves out a torn last line", async () => {
    const path = join(testFolder(), "roster-0.ndjson");
    const roster = createRoster(path);
    for (const [index, credentials] of CREDENTIALS.entries()) {
      roster.add({ seq: seq(index), name: index === 0 ? undefined : `d${index}`, credentials });
    }
    roster.close();
    appendFileSync(path, '{"seq":6,"na');
    const read = await collect(readRoster(path));
    expect(read.map((issued) => sealSecrets(issued.credentials))).toEqual(CREDENTIALS.map(sealSecrets));
    expect(read.map((issued) => issued.name)).toEqual([undefined, "d1", "d2", "d3", "d4", "d5"]);
  });
});
