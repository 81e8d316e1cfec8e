import { z } from "zod";
import { EXIT } from "../model/error.ts";
import { FAILURE_KINDS, REJECTION_STATUSES } from "../model/outcome.ts";
import type { Summary } from "../model/summary.ts";
import { backgroundSummarySchema } from "./background-summary-schema.ts";
import { brakeSchema } from "./brake-file.ts";
import { floorSchema } from "./calibration-file.ts";
import { groupSchema } from "./group-schema.ts";
import { attemptTimesSchema, figuresSchema } from "./latency-schema.ts";
import { dipSchema, markSchema } from "./mark-schema.ts";
import { loginPlacesSchema, placeSchema, sourceSchema } from "./place-schema.ts";
import { countSchema, jsonSchemaOf, left, timeSchema } from "./schema-parts.ts";
import { deviceCountsSchema, restSchema, storedFacts } from "./server-file.ts";
import { percentileCurveSchema, timelineSchema } from "./timeline-schema.ts";
import { watchSummarySchema } from "./watch-schema.ts";

const text = z.string();
const figure = z.number().nullable();
const failureKind = z.enum(FAILURE_KINDS);

const run = z.strictObject({
  id: text,
  scenario: text,
  description: text,
  planHash: text,
  prefix: text,
  seed: z.number(),
  startedAt: text,
  duration: timeSchema,
  state: z.enum(["complete", "interrupted", "crashed"]),
  stoppedBy: brakeSchema.optional(),
  target: z.strictObject({
    url: text,
    transport: z.enum(["mqtt", "http", "coap"]),
    mqttVersion: z.enum(["3.1", "3.1.1", "5"]),
    client: z.enum(["lean", "mqtt"]).optional(),
    simulated: z.boolean(),
    insecureTls: z.boolean(),
  }),
  addresses: z
    .array(z.strictObject({ address: text, devices: countSchema, failed: countSchema, logins: countSchema.optional() }))
    .optional(),
  rollcall: text,
  node: text,
  machine: z.strictObject({ cores: z.number(), cpu: text, memoryBytes: z.number(), os: text }),
  generators: countSchema,
  lostGenerators: z.array(countSchema),
});

const ledger = z.strictObject({
  planned: countSchema,
  started: countSchema,
  dropped: countSchema,
  unreported: countSchema,
  provisioned: countSchema,
  rejected: countSchema,
  failed: countSchema,
  aborted: countSchema,
  connected: countSchema,
  mute: countSchema.exactOptional(),
  refused: countSchema,
  unreachable: countSchema,
  uncalled: countSchema,
  expected: countSchema,
  undeserved: countSchema,
  imbalances: z.array(text),
});

const second = z.strictObject({
  second: z.int(),
  planned: countSchema,
  started: countSchema,
  provisioned: countSchema,
  rejected: countSchema,
  failed: countSchema,
  roundTripP50: timeSchema.nullable(),
  roundTripP99: timeSchema.nullable(),
});

const reconnects = z.strictObject({
  attempts: countSchema,
  back: countSchema,
  refused: countSchema,
  timeToBack: attemptTimesSchema,
  peak: z.strictObject({ second: z.int(), attempts: countSchema }).nullable(),
});

const rollCall = z.strictObject({
  when: z.enum(["after", "inline", "off"]),
  called: countSchema,
  connected: countSchema,
  proof: z.enum(["telemetry", "attributes"]).exactOptional(),
  mute: z.array(z.strictObject({ kind: failureKind, count: countSchema, example: text })).exactOptional(),
  refused: z.array(z.strictObject({ code: z.number(), reason: text, count: countSchema })),
  unreachable: z.array(z.strictObject({ kind: failureKind, count: countSchema, example: text })),
  absent: z.array(text),
  loginsPerSecond: figure,
  negativeControl: z.enum(["refused", "admitted", "unreachable", "not-made"]),
  duplicates: z.strictObject({ count: countSchema, groups: z.array(z.array(text)) }),
  hold: left(
    z.strictObject({
      duration: timeSchema,
      sessions: countSchema,
      stayed: countSchema,
      lost: z.array(z.strictObject({ reason: text, count: countSchema })),
      notBack: countSchema.exactOptional(),
      reconnects: reconnects.exactOptional(),
    }),
  ),
});

const named = z.strictObject({ count: countSchema, names: z.array(text) });
const server = z.strictObject({
  version: text.nullable(),
  edition: text.nullable(),
  profile: text.nullable(),
  devices: z.strictObject({ before: deviceCountsSchema.nullable(), after: deviceCountsSchema.nullable() }),
  reconciliation: z
    .strictObject({
      at: text,
      present: countSchema,
      missing: named,
      ghosts: named,
      foreign: named,
      wrongGateway: named,
      unnamed: countSchema,
      credentials: z.strictObject({ checked: countSchema, differing: named }),
      stored: z.strictObject({ ...storedFacts, missing: named }).exactOptional(),
      made: countSchema.exactOptional(),
      deleted: named.exactOptional(),
      rest: restSchema.exactOptional(),
    })
    .nullable(),
  unchecked: z.array(text),
  answeredBy: z.array(text).exactOptional(),
});

const threshold = z.strictObject({
  text,
  passed: z.boolean(),
  measured: figure,
  limit: figure,
  margin: figure,
  perhapsOurs: z.literal(true).optional(),
  undecided: z.literal(true).exactOptional(),
  why: text.exactOptional(),
  unit: z.enum(["us", "ratio", "count", "per-second"]),
});

const grade = z.enum(["valid", "degraded", "void"]);
const signals = z.array(z.strictObject({ name: text, grade, measured: text, degradedAbove: text, voidAbove: text }));
const tightest = z.strictObject({
  cpuShare: figure,
  gcPause: timeSchema.nullable(),
  residentBytes: figure,
  openFiles: z.strictObject({ most: z.number(), of: z.number() }).nullable(),
  freePorts: z.strictObject({ least: z.number(), of: z.number() }).nullable(),
});

const validity = z.strictObject({
  grade,
  signals,
  generators: z.array(z.strictObject({ generator: countSchema, grade, signals })),
  tightest,
  others: z.strictObject({ share: z.number(), stolen: z.number(), toBlame: z.boolean() }).exactOptional(),
  warnings: z.array(text),
});

const clock = z.strictObject({ offset: timeSchema, bound: timeSchema, moved: timeSchema, roundTrip: timeSchema });
const machine = z.strictObject({
  name: text,
  host: text,
  cores: z.number(),
  generators: z.array(countSchema),
  lostGenerators: z.array(countSchema),
  devices: countSchema,
  provisioned: countSchema,
  unreported: countSchema,
  roundTrip: z.strictObject({ count: countSchema, p50: timeSchema.nullable(), p99: timeSchema.nullable() }),
  perSecond: figure.exactOptional(),
  tightest: tightest.exactOptional(),
  clock: clock.nullable(),
  grade,
});

const retries = z.strictObject({
  attempts: z.array(
    z.strictObject({
      begun: countSchema,
      provisioned: countSchema,
      rejected: countSchema,
      failed: countSchema,
      aborted: countSchema,
      timeouts: countSchema,
      unanswered: countSchema,
      toTryAgain: countSchema,
      stopped: countSchema,
      capped: countSchema,
      roundTrip: attemptTimesSchema,
    }),
  ),
  retries: countSchema,
  devices: countSchema,
  recovered: countSchema,
  gaveUp: countSchema,
  ghostsMet: named,
  untilCredentials: attemptTimesSchema,
});

/** summary.json, as docs/schema publishes it. */
export const summarySchema: z.ZodType<Summary> = z.strictObject({
  version: z.literal(1),
  run,
  ledger,
  measured: figuresSchema,
  phases: z.array(
    z.strictObject({ name: text, shape: text, open: z.boolean(), warmup: z.boolean(), figures: figuresSchema }),
  ),
  seconds: z.array(second),
  timeline: left(timelineSchema),
  percentiles: left(z.array(percentileCurveSchema)),
  failures: z.array(
    z.strictObject({
      kind: failureKind,
      count: countSchema,
      example: z.strictObject({ device: text, detail: text }),
    }),
  ),
  rejections: z.array(
    z.strictObject({
      status: z.enum(REJECTION_STATUSES),
      count: countSchema,
      example: z.strictObject({ device: text, message: text }),
    }),
  ),
  rollCall,
  unknown: named,
  server: left(server),
  calibration: left(z.strictObject({ at: text, floor: floorSchema, differences: z.array(text) })),
  thresholds: z.array(threshold),
  validity,
  marks: z.array(markSchema).exactOptional(),
  dips: z.array(dipSchema).exactOptional(),
  machines: z.array(machine).exactOptional(),
  places: z.array(placeSchema).exactOptional(),
  sources: z.array(sourceSchema).exactOptional(),
  logins: loginPlacesSchema.exactOptional(),
  spread: z
    .strictObject({ how: z.enum(["round-robin", "random", "least-in-flight"]), reproducible: z.boolean() })
    .exactOptional(),
  groups: z.array(groupSchema).exactOptional(),
  retries: retries.exactOptional(),
  watch: watchSummarySchema.exactOptional(),
  tempo: z.array(z.strictObject({ at: timeSchema, speed: z.number().min(0) })).exactOptional(),
  background: backgroundSummarySchema.exactOptional(),
  verdict: z.strictObject({
    passed: z.boolean(),
    exitCode: z.literal(Object.values(EXIT)),
    headline: text,
    reasons: z.array(text),
  }),
});

export const summaryJsonSchema = () => jsonSchemaOf("rollcall summary: summary.json of a run", summarySchema);
