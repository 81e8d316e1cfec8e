import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { type Observation, expectedOf, replay } from "./replay.ts";
import {
  type Case,
  PROFILES,
  TRANSCRIPTS_FOLDER,
  type Transcript,
  devicesOf,
  groupCases,
  readTranscripts,
} from "./transcript.ts";

/**
 * Fields that a real server fills differently each time: tokens of its own making, and in which order it answers several
 * requests on one connection. Times and the recorder's message ids are left out in the replay itself.
 */
function withoutVolatile(observations: readonly Observation[]): unknown {
  const text = JSON.stringify(observations)
    .replaceAll("<20 random alphanumerics>", "TOKEN")
    .replaceAll(
      /(\\"credentialsValue\\":\\")[A-Za-z\d]{20}(\\",\\"credentialsType\\":\\"ACCESS_TOKEN\\")/g,
      "$1TOKEN$2",
    );
  const steps = JSON.parse(text) as { readonly cmd?: string; messageId?: number }[];
  const pubacks = steps.filter(({ cmd }) => cmd === "puback");
  const ids = pubacks.map(({ messageId }) => messageId ?? 0).sort((a, b) => a - b);
  for (const [index, puback] of pubacks.entries()) puback.messageId = ids[index] ?? 0;
  return steps;
}

/** The recorder's request bodies are not in the file; names and values are those that its answers show. */
const HTTP_BODIES: Readonly<Record<string, string>> = {
  create: request({ deviceName: "RUN-d92" }),
  MQTT_BASIC: request({ deviceName: "RUN-d93", credentialsType: "MQTT_BASIC", username: "huRUN", password: "x" }),
  "wrong key": request({ deviceName: "RUN-d94", provisionDeviceKey: "nope" }),
  "missing secret": JSON.stringify({ deviceName: "RUN-d95", provisionDeviceKey: "RUN-allow-key" }),
  malformed: "{no",
  "unknown credentialsType": request({ deviceName: "RUN-d96", credentialsType: "NOPE" }),
  "repeat first": request({ deviceName: "RUN-d97" }),
  "repeat second": request({ deviceName: "RUN-d97" }),
};

function request(fields: Readonly<Record<string, string>>): string {
  return JSON.stringify({ provisionDeviceKey: "RUN-allow-key", provisionDeviceSecret: "RUN-allow-secret", ...fields });
}

async function postHttp(port: number, name: string): Promise<unknown> {
  const body = HTTP_BODIES[name];
  if (body === undefined) throw new Error(`no request body is known for the HTTP case "${name}"`);
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/provision`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
  return {
    status: response.status,
    contentType: response.headers.get("content-type"),
    body: (await response.text())
      .replace(/"credentialsValue":"[A-Za-z\d]{20}"/, '"credentialsValue":"<20 random alphanumerics>"')
      .replace(/"timestamp":\d+/, '"timestamp":0'),
  };
}

function describeTranscript(transcript: Transcript): void {
  describe(`${transcript.file} (ThingsBoard ${transcript.version})`, () => {
    let simulator: Simulator;
    const replays = new Map<Case, Promise<readonly Observation[]>>();

    beforeAll(async () => {
      simulator = await startSimulator({
        version: transcript.version,
        profiles: PROFILES,
        devices: devicesOf(transcript),
        http: {},
        // Longer than any silence that a replay waits for, shorter than anybody's patience.
        limits: { closeAfterAnswerMs: 500 },
      });
      for (const group of groupCases(transcript.cases)) {
        let before: Promise<unknown> = Promise.resolve();
        for (const one of group) {
          const played = before.then(() => replay(one, simulator.port));
          played.catch(() => undefined);
          replays.set(one, played);
          before = played.catch(() => undefined);
        }
      }
    });
    afterAll(() => simulator.close());

    for (const one of transcript.cases) {
      it(`MQTT ${one.mqtt}: ${one.name}`, async () => {
        expect(withoutVolatile((await replays.get(one)) ?? [])).toEqual(withoutVolatile(expectedOf(one)));
      });
    }

    for (const { name, status, contentType, body } of transcript.http) {
      it(`HTTP: ${name}`, async () => {
        expect(await postHttp(simulator.httpPort ?? 0, name)).toEqual({
          status,
          contentType,
          body,
        });
      });
    }
  });
}

const transcripts = readTranscripts();

describe("recordings of real servers", () => {
  it("are there to be replayed", ({ skip }) => {
    if (transcripts.length === 0) {
      const reason = `no recordings in ${TRANSCRIPTS_FOLDER}: set ROLLCALL_TRANSCRIPTS to their folder`;
      console.warn(`SKIPPED: ${reason}`);
      skip(reason);
    }
    expect(transcripts.flatMap(({ cases }) => cases).length).toBeGreaterThan(0);
  });
  for (const transcript of transcripts) describeTranscript(transcript);
});
