import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { SimulatedDevice, SimulatedProfile } from "../../../src/simulator/options.ts";

/** One step of a recorded case, as it is in the file. */
export interface Step {
  readonly from?: string;
  readonly ms?: number;
  readonly cmd?: string;
  readonly clientId?: string;
  readonly username?: string;
  readonly password?: string;
  readonly clean?: boolean;
  readonly subscriptions?: readonly { readonly topic: string; readonly qos: 0 | 1 | 2 }[];
  readonly topic?: string;
  readonly qos?: 0 | 1 | 2;
  readonly payload?: string;
  readonly messageId?: number;
  readonly returnCode?: number;
  readonly reasonCode?: number;
  readonly waited_ms?: number;
  readonly stillOpenAfter_ms?: number;
  readonly parseError?: string;
  readonly second?: readonly Step[];
}

export interface Case {
  readonly name: string;
  readonly mqtt: "3.1" | "3.1.1" | "5";
  readonly steps: readonly Step[];
}

export interface HttpCase {
  readonly name: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface Transcript {
  readonly file: string;
  /** e.g. "4.2.1" */
  readonly version: string;
  readonly cases: readonly Case[];
  readonly http: readonly HttpCase[];
}

/** Where the recordings of real servers are; ROLLCALL_TRANSCRIPTS overrides it. */
export const TRANSCRIPTS_FOLDER = resolve(
  process.env["ROLLCALL_TRANSCRIPTS"] ?? join(import.meta.dirname, "../../../../shared/transcripts"),
);

/** Empty where the folder is absent or holds none. */
export function readTranscripts(): readonly Transcript[] {
  if (!existsSync(TRANSCRIPTS_FOLDER)) return [];
  const files = readdirSync(TRANSCRIPTS_FOLDER).filter((name) => name.endsWith(".json"));
  return files.sort().map((file) => {
    const content = JSON.parse(readFileSync(join(TRANSCRIPTS_FOLDER, file), "utf8")) as {
      readonly server: string;
      readonly cases: readonly Case[];
      readonly http: readonly HttpCase[];
    };
    const version = /\d+(?:\.\d+)+/.exec(content.server)?.[0];
    if (version === undefined) throw new Error(`${file}: no version in "${content.server}"`);
    return { file, version, cases: content.cases, http: content.http };
  });
}

const STRATEGIES = { allow: "allow-create", check: "pre-provisioned", off: "disabled" } as const;

/** The profiles that the recorded requests name: RUN-allow, RUN-check, RUN-off. */
export const PROFILES: readonly SimulatedProfile[] = Object.entries(STRATEGIES).map(([name, strategy]) => ({
  name: `RUN-${name}`,
  key: `RUN-${name}-key`,
  secret: `RUN-${name}-secret`,
  strategy,
}));

/** What had existed when the recording began: the names that pre-provisioning knew, and who logged in without being created in it. */
export function devicesOf(transcript: Transcript): readonly SimulatedDevice[] {
  const devices = new Map<string, SimulatedDevice>();
  const created = new Set<string>();
  for (const { steps } of transcript.cases) {
    const asked = steps.find(({ cmd }) => cmd === "publish")?.payload ?? "";
    const name = /"deviceName":"([^"]+)"/.exec(asked)?.[1];
    const username = /"username":"([^"]+)"/.exec(asked)?.[1];
    if (username !== undefined) created.add(username);
    const succeeded = steps.some(({ payload }) => payload?.includes('"status":"SUCCESS"'));
    if (name !== undefined && succeeded && asked.includes("RUN-check-key")) {
      devices.set(name, { profile: "RUN-check", name });
    }
  }
  for (const { steps } of transcript.cases) {
    const [connect, connack] = steps;
    const admitted = connack?.cmd === "connack" && (connack.returnCode ?? connack.reasonCode) === 0;
    const { clientId, username, password } = connect ?? {};
    if (!admitted || username === undefined || username === "provision" || created.has(username)) continue;
    devices.set(username, {
      profile: "RUN-allow",
      name: `device of ${username}`,
      credentials: {
        type: "MQTT_BASIC",
        ...(clientId === undefined ? {} : { clientId }),
        username,
        ...(password === undefined ? {} : { password }),
      },
    });
  }
  return [...devices.values()];
}

/** What two cases may not touch at the same time: device names, credentials. */
function resourcesOf(one: Case): readonly string[] {
  const text = JSON.stringify(one.steps);
  return [...new Set(text.match(/RUN-(?:d\d+|pre\d+)|dupu?RUN\w+/g))];
}

/** Cases that share something, in the order of the recording; the groups are independent of each other. */
export function groupCases(cases: readonly Case[]): readonly (readonly Case[])[] {
  const groups: { readonly cases: Case[]; readonly resources: Set<string> }[] = [];
  for (const one of cases) {
    const resources = resourcesOf(one);
    const related = groups.filter((group) => resources.some((resource) => group.resources.has(resource)));
    const [group, ...others] = related;
    if (group === undefined) {
      groups.push({ cases: [one], resources: new Set(resources) });
      continue;
    }
    for (const other of others) {
      group.cases.push(...other.cases);
      for (const resource of other.resources) group.resources.add(resource);
      groups.splice(groups.indexOf(other), 1);
    }
    group.cases.push(one);
    for (const resource of resources) group.resources.add(resource);
  }
  return groups.map((group) => [...group.cases].sort((a, b) => cases.indexOf(a) - cases.indexOf(b)));
}
