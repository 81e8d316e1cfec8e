import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RollcallError } from "../../src/model/error.ts";
import { describePlan } from "../../src/scenario/describe.ts";
import { load, MINIMAL } from "../support/scenario-text.ts";

const FOLDER = join(import.meta.dirname, "scenario");

const THREE_TYPOS = `
name: three
target:
  hots: tb.example.com
provisioning:
  key: \${KEY}
  secret: \${SECRET}
fleet:
  count: 300
load:
  constant: { rate: 10 per second }
thresholds:
  - roundTrip.p98 < 500ms
`;

const MANY = `
name: many mistakes
target: { host: mqtt://tb, port: 70000, mqttVersion: 4, tls: maybe }
provisioning:
  key: 0123
  secret: hunter2hunter2
  strategie: allow-creat
fleet:
  count: 300
  name: "{prefix}-{sq}"
  credentials:
    - { type: mqtt-basik, weight: 2 }
    - acces-token
  misbehaviours: { wrong-kye: 5%, wrong-key: 120% }
load:
  - { name: first, closed: { vus: 5 }, devices: 10 }
  - { name: second, arrivalRate: 5 }
rollCall: { wen: after }
timeouts: { answer: 11m, login: soon }
thresholds:
  - connected = provisioned
  - failureRate < roundTrip.p99
`;

const TOGETHER = `
name: together
provisioning: { key: k, secret: hunter2hunter2 }
fleet: { count: 300, name: meter, credentials: x509 }
load:
  - { name: a, closed: { concurrency: 200 }, devices: 10 }
  - { name: a, constant: { rate: 10/s }, duration: 5s }
maxInFlight: 100
thresholds: [timeToUsable.p99 < 1s, hold.lost == 0, "b:roundTrip.p50 < 1s"]
`;

function told(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof RollcallError) return `${error.message}\n${error.hint}\n`;
    throw error;
  }
  throw new Error("the scenario has no mistake");
}

/** `npx vitest run --project golden -u` writes them anew: look at the difference before it is committed. */
describe("what is told of a scenario", () => {
  it.each([
    ["three-typos", THREE_TYPOS, []],
    ["many-mistakes", MANY, ["generators=atuo", "nonsense", "provisioning.sekret=hunter2hunter2", "fleet.cuont=3"]],
    ["wrong-together", TOGETHER, []],
    ["not-yaml", "name: x\ntarget: { host: ${HOST} }\nfleet:\n\tcount: 3\n", []],
  ])("%s", async (name, text, overrides) => {
    await expect(told(() => load(text, overrides))).toMatchFileSnapshot(join(FOLDER, `${name}.txt`));
  });

  it("the plan of a good one", async () => {
    const overrides = ["target.tls={serverName: tb}", "rollCall.hold=90s", "thresholds=[login.p50 < 2s]"];
    await expect(describePlan(load(MINIMAL, overrides).plan)).toMatchFileSnapshot(join(FOLDER, "plan.txt"));
  });
});
