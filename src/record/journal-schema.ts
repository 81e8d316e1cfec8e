import { z } from "zod";
import { MISBEHAVIOURS } from "../model/device.ts";
import { FAILURE_KINDS, REJECTION_STATUSES, STAGES } from "../model/outcome.ts";
import { backgroundLineSchemas } from "./background-schema.ts";
import { countSchema, jsonSchemaOf } from "./schema-parts.ts";

/**
 * A line of a journal, as docs/schema publishes it. A later release of the same version may say more on a line, so that what
 * is unknown here is left alone.
 */

/** A year: no run is as long, and a time beyond it is no time. */
export const LONGEST_RUN_US = 366 * 86_400 * 1_000_000;

/** An IPv6 address with its zone. */
export const LONGEST_ADDRESS = 100;
/** A host name (RFC 1035: 253) with its port. */
export const LONGEST_PLACE = 300;

/** As many as a plan may have. */
export const MOST_ATTEMPTS = 10;

const place = z.string().max(LONGEST_PLACE).optional();
const time = z.int().min(-LONGEST_RUN_US).max(LONGEST_RUN_US);
const failureKind = z.enum(FAILURE_KINDS);
const credentialsType = z.enum(["ACCESS_TOKEN", "MQTT_BASIC", "X509_CERTIFICATE", "LWM2M_CREDENTIALS"]);

const result = z.discriminatedUnion("state", [
  z.looseObject({ state: z.literal("provisioned"), credentialsType }),
  z.looseObject({
    state: z.literal("rejected"),
    status: z.enum(REJECTION_STATUSES),
    message: z.string(),
  }),
  z.looseObject({ state: z.literal("failed"), kind: failureKind, detail: z.string(), unknown: z.boolean() }),
  z.looseObject({ state: z.literal("aborted"), unknown: z.boolean() }),
  z.looseObject({ state: z.literal("dropped"), reason: z.enum(["in-flight-cap", "interrupted"]) }),
]);

const attemptNumber = z.int().min(1).max(MOST_ATTEMPTS);
const attempt = z.looseObject({
  number: attemptNumber,
  intended: time,
  started: time,
  unanswered: z.array(attemptNumber).max(MOST_ATTEMPTS),
  cut: z.enum(["stopped", "in-flight-cap"]).optional(),
});

const outcome = z.looseObject({
  seq: countSchema,
  name: z.string().optional(),
  phase: countSchema,
  intended: time,
  started: time.optional(),
  marks: z.looseObject(Object.fromEntries(STAGES.map((stage) => [stage, time.optional()]))),
  attempt: attempt.optional(),
  unread: time.optional(),
  peer: z.string().max(LONGEST_ADDRESS).optional(),
  source: z.string().max(LONGEST_ADDRESS).optional(),
  place,
  ended: time,
  result,
  misbehaviour: z.enum(MISBEHAVIOURS).optional(),
});

const outcomeEntrySchema = z.looseObject({ kind: z.literal("outcome"), outcome });
/** Of one that is to try again. */
const attemptEntrySchema = z.looseObject({ kind: z.literal("attempt"), outcome, again: time });

const verdict = z.discriminatedUnion("state", [
  z.looseObject({ state: z.literal("connected") }),
  z.looseObject({ state: z.literal("refused"), code: z.number(), reason: z.string() }),
  z.looseObject({ state: z.literal("unreachable"), kind: failureKind, detail: z.string() }),
  z.looseObject({ state: z.literal("mute"), kind: failureKind, detail: z.string() }),
  z.looseObject({ state: z.literal("uncalled") }),
]);

const rollCallEntrySchema = z.looseObject({
  kind: z.literal("roll-call"),
  entry: z.looseObject({
    seq: countSchema,
    name: z.string().optional(),
    started: time,
    marks: z.looseObject({ connected: time.optional(), admitted: time.optional(), proved: time.optional() }),
    peer: z.string().max(LONGEST_ADDRESS).optional(),
    source: z.string().max(LONGEST_ADDRESS).optional(),
    ended: time,
    verdict,
    when: z.enum(["inline", "after"]),
    place,
    issuedAt: place,
    more: z.int().positive().optional(),
    device: verdict.optional(),
  }),
});

const reconnect = z.looseObject({
  seq: countSchema,
  name: z.string().optional(),
  lost: time,
  number: attemptNumber,
  intended: time,
  started: time,
  marks: z.looseObject({ connected: time.optional(), admitted: time.optional() }),
  peer: z.string().max(LONGEST_ADDRESS).optional(),
  source: z.string().max(LONGEST_ADDRESS).optional(),
  place,
  ended: time,
  verdict,
});

const backgroundLines = backgroundLineSchemas({
  time,
  count: countSchema,
  verdict,
  attempt: attemptNumber,
  address: z.string().max(LONGEST_ADDRESS).optional(),
  place,
});

const number = z.number();
const sample = z.looseObject({
  at: time,
  phase: z.int().min(-1),
  eventLoopUtilisation: number,
  eventLoopDelayP99: number,
  latenessP99: number,
  started: countSchema,
  planned: countSchema,
  gcPause: number,
  cpuShare: number,
  residentBytes: number,
  inFlight: countSchema,
  held: countSchema.optional(),
  localErrors: countSchema,
  resources: z
    .looseObject({
      openFiles: number.nullable(),
      openFilesLimit: number.nullable(),
      freePorts: number.nullable(),
      ports: number.nullable(),
    })
    .optional(),
  processors: z.looseObject({ busy: number, stolen: number }).optional(),
});

const header = z.looseObject({
  kind: z.literal("header"),
  version: z.literal(1),
  runId: z.string(),
  planHash: z.string(),
  shard: z.looseObject({ index: countSchema, count: z.int().positive() }),
  startedAt: z.iso.datetime(),
  rollcall: z.string(),
  node: z.string(),
  machine: z.looseObject({ cores: number, cpu: z.string(), memoryBytes: number, os: z.string() }),
  simulated: z.boolean(),
  worker: z.string().exactOptional(),
});

const footer = z.looseObject({
  kind: z.literal("footer"),
  state: z.enum(["complete", "interrupted"]),
  at: time,
  entries: countSchema,
  lost: countSchema.exactOptional(),
  error: z.string().exactOptional(),
});

const hold = z.looseObject({
  duration: time,
  sessions: countSchema,
  stayed: countSchema,
  lost: z.array(z.looseObject({ reason: z.string(), count: countSchema })),
  notBack: countSchema.exactOptional(),
});

/** Those of which a journal has few. */
export const rareLineSchemas = {
  header,
  footer,
  claimed: z.looseObject({ kind: z.literal("claimed"), through: countSchema }),
  phase: z.looseObject({ kind: z.literal("phase"), phase: countSchema, startedAt: time }),
  "phase-end": z.looseObject({ kind: z.literal("phase-end"), phase: countSchema, next: countSchema }),
  "negative-control": z.looseObject({
    kind: z.literal("negative-control"),
    result: z.enum(["refused", "admitted", "unreachable", "not-made"]),
    detail: z.string(),
    place: z.string().max(LONGEST_PLACE).exactOptional(),
  }),
  hold: z.looseObject({ kind: z.literal("hold"), hold }),
  reconnect: z.looseObject({ kind: z.literal("reconnect"), entry: reconnect }),
  ...backgroundLines,
  health: z.looseObject({ kind: z.literal("health"), sample }),
  clock: z.looseObject({
    kind: z.literal("clock"),
    at: time,
    reading: z.looseObject({ offset: number, bound: number, moved: number, roundTrip: number }),
  }),
  tempo: z.looseObject({ kind: z.literal("tempo"), at: time, speed: z.number().min(0).max(1_000) }),
} as const;

export const journalLineSchema = z.discriminatedUnion("kind", [
  header,
  rareLineSchemas.claimed,
  rareLineSchemas.phase,
  rareLineSchemas["phase-end"],
  outcomeEntrySchema,
  attemptEntrySchema,
  rollCallEntrySchema,
  rareLineSchemas["negative-control"],
  rareLineSchemas.hold,
  rareLineSchemas.reconnect,
  rareLineSchemas["background-login"],
  rareLineSchemas["background-loss"],
  rareLineSchemas.messages,
  rareLineSchemas.health,
  rareLineSchemas.clock,
  rareLineSchemas.tempo,
  footer,
]);

export const journalJsonSchema = () =>
  jsonSchemaOf("rollcall journal: a line of journal-*.ndjson of a run", journalLineSchema);
