import { z } from "zod";
import { MISBEHAVIOURS } from "../model/device.ts";
import {
  attempts,
  count,
  duration,
  factor,
  flag,
  keepAlive,
  positiveDuration,
  positiveRate,
  rate,
  seed,
  share,
  timeout,
  weight,
  word,
} from "./fields.ts";
import { background } from "./background-schema.ts";
import { credentials } from "./credentials-schema.ts";
import { event } from "./event-schema.ts";
import { group } from "./group-schema.ts";
import { admin, secret, target } from "./target-schema.ts";
import { threshold } from "./threshold-schema.ts";
import { watch } from "./watch-schema.ts";

/** The shape of a scenario file. What needs more than one field to judge is checked in resolve.ts. */

const provisioning = z
  .strictObject({
    strategy: z
      .enum(["allow-create", "pre-provisioned", "disabled", "x509-chain"])
      .default("allow-create")
      .describe("As the profile has it: create new devices, check for existing ones, refuse all, or by certificate"),
    profile: word.optional().describe("Name of the device profile, for setup and reconcile"),
    key: secret.optional().describe("The device profile's provision key: ${NAME}, { file: path }, or the text itself"),
    secret: secret
      .optional()
      .describe("The device profile's provision secret: ${NAME}, { file: path }, or (with a warning) the text itself"),
    chain: z
      .strictObject({
        certificate: word.describe(
          "PEM file of the authority that signs the devices' certificates, those above it following; relative to the scenario",
        ),
        key: secret.describe("Its private key, PEM: { file: path }, or ${NAME} for an environment variable"),
        commonName: word
          .includes("{name}", { error: "write {name} where the device's name shall be" })
          .default("{name}")
          .describe(
            "Common name of a device's certificate, of which the profile's pattern takes the name: {name}.example.com",
          ),
      })
      .optional()
      .describe("Strategy x509-chain: the authority of the device profile, instead of key and secret"),
  })
  .describe("The device profile's provisioning, as on its page in ThingsBoard");

const BACKOFF_FIX = "write a duration, 1s, or a mapping with initial, factor and max";

const retry = z
  .strictObject(
    {
      attempts: attempts.describe("Attempts in all, the first among them: 2 to 10"),
      backoff: z
        .union(
          [
            timeout,
            z.strictObject({
              initial: timeout.prefault("1s").describe("Wait after the first attempt"),
              factor: factor.prefault(2).describe("Each further wait is so many times as long: 1 to 10"),
              max: timeout.prefault("2m").describe("No wait is longer"),
            }),
          ],
          { error: BACKOFF_FIX },
        )
        .prefault("1s")
        .describe("Wait before the next attempt: a duration that doubles each time, or a mapping"),
      jitter: share
        .prefault(0)
        .describe("Share of each wait that is drawn at random, from the seed; 100% is full jitter"),
      sameName: flag
        .prefault(true)
        .describe("Ask again under the same name, as firmware does; false: a name of its own for each attempt"),
    },
    { error: "write { attempts: 3, backoff: 1s }" },
  )
  .describe("What a device does after a time-out or a lost connection; default: it gives up");

/** More are not told apart in reports. */
const MOST_GROUPS = 20;

const fleet = z
  .strictObject({
    count: count.optional().describe("Devices; default: as many as the load determines"),
    seed: seed.prefault(1).describe("Same seed, same names, credentials and times"),
    prefix: word.optional().describe("Before generated names and credentials; default: a fresh one each run"),
    name: word
      .optional()
      .describe(
        "Pattern of names: {prefix}, {seq}, {seq:6} (with leading zeros), {group}. Default: {prefix}-{seq:6}; with groups {prefix}-{group}-{seq:6}",
      ),
    names: z
      .union(
        [
          z.enum(["server", "blank"]),
          z.strictObject({
            file: word.describe("One name a line; path relative to the scenario"),
            column: word.optional().describe("Of a CSV file with a header: the column that holds the names"),
          }),
          z.strictObject({
            roster: word.describe("A run's folder, its name or short id, or latest: the devices that it provisioned"),
          }),
          z.array(word).min(1),
        ],
        { error: "write server, blank, { file: names.txt }, { roster: an earlier run }, or a list of names" },
      )
      .optional()
      .describe("Instead of a pattern: left to the server, blank, or given"),
    credentials: credentials.optional(),
    groups: z
      .array(group, { error: "write a list of groups: [{ name: meters, share: 70% }, { name: gateways, share: 30% }]" })
      .min(2, { error: "name at least two groups, or leave it out: a fleet of one kind needs none" })
      .max(MOST_GROUPS, { error: `name at most ${MOST_GROUPS}` })
      .optional()
      .describe("Kinds of devices side by side, each with its share, key and secret, credentials and transport"),
    gateway: flag.prefault(false).describe("Ask for gateways; ThingsBoard 3.8 and later"),
    retry: retry.optional(),
    misbehaviours: z
      .partialRecord(z.enum(MISBEHAVIOURS), share)
      .default({})
      .describe("Shares of the fleet that misbehave on purpose"),
  })
  .describe("The devices");

export const SHAPES = ["closed", "burst", "constant", "poisson", "ramp", "stages", "spike"] as const;

const phase = z
  .strictObject({
    name: word
      .regex(/^[^<>=!:]+$/, { error: "leave out < > = ! and :, which thresholds need" })
      .optional()
      .describe("For the report, and for thresholds: <name>:roundTrip.p99 < 500ms"),
    warmup: flag.prefault(false).describe("Run and recorded, but not part of the headline figures"),
    devices: count
      .optional()
      .describe(
        "Devices of this phase, at most so many with closed and a duration; one phase without takes the rest of fleet.count",
      ),
    duration: positiveDuration
      .optional()
      .describe("constant, poisson: the devices are rate x duration; closed: no device is started after it"),
    closed: z
      .strictObject({ concurrency: count.describe("Devices in flight at once") })
      .optional()
      .describe(
        "A fixed number of devices in flight: the next starts when one ends, until all devices are used or the duration is over",
      ),
    burst: z
      .union([z.literal(true), z.strictObject({})])
      .optional()
      .describe("Everything at once"),
    constant: z.strictObject({ rate: positiveRate }).optional().describe("Arrivals at even distances"),
    poisson: z.strictObject({ rate: positiveRate }).optional().describe("Arrivals at random, as independent devices"),
    ramp: z.strictObject({ from: rate, to: rate, duration: positiveDuration }).optional().describe("A changing rate"),
    stages: z
      .strictObject({
        from: rate.prefault(0),
        stages: z.array(z.strictObject({ target: rate, duration: positiveDuration })).min(1),
      })
      .optional()
      .describe("The rate goes in a straight line to each target in turn"),
    spike: z
      .strictObject({ base: rate, peak: positiveRate, before: duration, during: positiveDuration, after: duration })
      .optional()
      .describe("A base rate with a peak"),
  })
  .describe("One phase of the load: exactly one of closed, burst, constant, poisson, ramp, stages, spike");

const rollCall = z
  .union(
    [
      z.enum(["after", "inline", "off"]),
      z.strictObject({
        when: z
          .enum(["after", "inline", "off"])
          .default("after")
          .describe(
            "after: when the load has ended; inline: each device as soon as it has its credentials; off: never",
          ),
        at: z
          .enum(["same", "other", "each"])
          .optional()
          .describe(
            "Where, of several addresses: same (default), where it was issued; other, at another, chosen by the seed; each, at each of them",
          ),
        concurrency: count.prefault(100).describe("Logins at once"),
        rate: positiveRate.optional().describe("Logins a second; default: as fast as the concurrency allows"),
        hold: duration.prefault(0).describe("Sessions stay connected for so long"),
        keepAlive: keepAlive.prefault("60s").describe("Keep-alive of held sessions; 0: none, and nothing is pinged"),
        proof: z
          .enum(["connect", "telemetry", "attributes"])
          .default("connect")
          .describe(
            "What each device must do: log in; publish telemetry that is acknowledged; or ask for attributes and be answered",
          ),
        negativeControl: flag
          .prefault(true)
          .describe(
            "One login with wrong credentials (a wrong password, or a certificate that nobody knows), which must be refused",
          ),
      }),
    ],
    { error: "write after, inline, off, or a mapping" },
  )
  .describe("When every issued credential is tried");

const timeouts = z
  .strictObject({
    connect: timeout.prefault("10s").describe("For the connection, TCP and TLS"),
    accept: timeout.prefault("10s").describe("From connected to CONNACK"),
    answer: timeout.prefault("22s").describe("From the request to its answer; ThingsBoard's own is 10 to 20 s"),
    login: timeout.prefault("22s").describe("A login of the roll call"),
  })
  .describe("Own deadlines");

export const scenarioSchema = z
  .strictObject({
    name: word
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: "use letters, digits, dot, dash and underscore" })
      .max(100, { error: "use at most 100 characters" })
      .describe("Begins the name of each run's folder"),
    description: z.string({ error: "write a text" }).default("").describe("One sentence, shown in every report"),
    target: target.prefault({}),
    admin: admin.optional(),
    watch: watch.optional(),
    provisioning,
    fleet: fleet.prefault({}),
    load: z
      .union([phase, z.array(phase).min(1, { error: "write a phase, or a list of phases" })], {
        error: "write a phase, or a list of phases",
      })
      .describe("One phase or a list of phases, each a shape: closed, burst, constant, poisson, ramp, stages or spike"),
    shorten: z
      .strictObject({
        scale: weight.optional().describe("A factor: 0.1 is a tenth of the time and of the devices"),
        devices: count.optional().describe("So many devices in all, shared out to the phases as they are"),
        duration: positiveDuration.optional().describe("So long in all; phases without a duration get as much less"),
      })
      .optional()
      .describe("The same load for less time, at its own rates and concurrency: one of scale, devices, duration"),
    maxInFlight: count
      .default(10_000)
      .describe("Devices in flight at once; arrivals beyond it are dropped and counted"),
    maxDevices: count
      .optional()
      .describe("A safety limit: one run, together with those that resume it, never asks for more devices"),
    rollCall: rollCall.default("after"),
    background: background.optional(),
    timeouts: timeouts.prefault({}),
    thresholds: z
      .array(threshold)
      .default([])
      .describe("roundTrip.p99 < 500ms, failureRate < 0.1%, connected == provisioned"),
    events: z
      .array(event, { error: "write a list of events: [{ at: 60s, run: kubectl delete pod tb-node-1 }]" })
      .max(100, { error: "name at most 100" })
      .default([])
      .describe("Commands that are run at an instant, each marked; only with --allow-commands"),
    generators: z
      .union([z.literal("auto"), count], { error: "write auto, or a whole number of at least 1" })
      .default("auto")
      .describe("Generator processes; auto: cores - 1, at least 1"),
  })
  .describe("A rollcall scenario");

export type Scenario = z.output<typeof scenarioSchema>;
export type PhaseInput = z.output<typeof phase>;
