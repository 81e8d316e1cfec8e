import { z } from "zod";
import { MISBEHAVIOURS } from "../model/device.ts";
import type { RecordedPlan } from "../model/plan.ts";
import { MOST_ATTEMPTS } from "./journal-schema.ts";
import { countSchema, jsonSchemaOf, left, seqSchema, timeSchema } from "./schema-parts.ts";

/** In the place of a secret there is "[redacted]", or nothing: it is not read, whatever it is. */
const redacted = z.string().optional();

const tls = z.strictObject({
  caFile: left(z.string()),
  serverName: left(z.string()),
  insecure: z.boolean(),
  identity: z.strictObject({ certificateFile: z.string(), keyFile: z.string() }).exactOptional(),
});

const target = z.strictObject({
  transport: z.enum(["mqtt", "http", "coap"]),
  host: z.string(),
  address: z.string().optional(),
  port: z.int().min(0).max(65_535),
  hosts: z
    .array(
      z.strictObject({
        host: z.string(),
        address: z.string().optional(),
        port: z.int().min(0).max(65_535),
        weight: z.number().positive(),
      }),
    )
    .min(1)
    .optional(),
  spread: z.enum(["round-robin", "random", "least-in-flight"]).optional(),
  dns: z.strictObject({ servers: left(z.array(z.string())), follow: z.boolean() }).optional(),
  srv: z.string().optional(),
  mqttVersion: z.enum(["3.1", "3.1.1", "5"]),
  client: z.enum(["lean", "mqtt"]).optional(),
  payload: z.enum(["json", "protobuf"]),
  tls: left(tls),
  proxyProtocol: z.enum(["v1", "v2"]).exactOptional(),
  from: left(z.union([z.literal("auto"), z.array(z.string())])),
});

const admin = z
  .strictObject({
    url: z.string(),
    moreUrls: z.array(z.string()).exactOptional(),
    username: left(z.string()),
    password: redacted,
    apiKey: redacted,
    tls: left(tls),
  })
  .transform(({ url, moreUrls, username, tls: own }) => {
    return { url, ...(moreUrls === undefined ? {} : { moreUrls }), username, tls: own };
  });

const chain = z
  .strictObject({
    certificates: z.string(),
    key: redacted,
    commonName: z.string(),
    profileKeys: z.array(z.string()),
  })
  .transform(({ certificates, commonName, profileKeys }) => ({ certificates, commonName, profileKeys }));

const keyed = z
  .strictObject({
    strategy: z.enum(["allow-create", "pre-provisioned", "disabled"]),
    profile: left(z.string()),
    key: z.string(),
    secret: redacted,
    secretSource: z.string(),
  })
  .transform(({ secret: _secret, ...rest }) => rest);

const groupAdmin = z
  .strictObject({ username: left(z.string()), password: redacted, apiKey: redacted, secretSource: z.string() })
  .transform(({ username, secretSource }) => ({ username, secretSource }));

/** Plans of 0.1.0 had an empty secret here, which said nothing. */
const chained = z
  .strictObject({
    strategy: z.literal("x509-chain"),
    profile: left(z.string()),
    key: z.string(),
    secret: redacted.optional(),
    secretSource: z.string().optional(),
    chain,
  })
  .transform(({ secret: _secret, secretSource: _source, ...rest }) => rest);

const provisioning = z.union([keyed, chained]);

const names = z.discriminatedUnion("from", [
  z.strictObject({ from: z.literal("pattern"), pattern: z.string() }),
  z.strictObject({ from: z.literal("server") }),
  z.strictObject({ from: z.literal("blank") }),
  z.strictObject({ from: z.literal("list"), names: z.array(z.string()) }),
]);

const weight = z.number().nonnegative();
const mix = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("access-token"), weight, made: z.enum(["given", "server"]) }),
  z.strictObject({
    type: z.literal("mqtt-basic"),
    weight,
    fields: z.array(z.enum(["clientId", "username", "password"])),
  }),
  z.strictObject({
    type: z.literal("x509"),
    weight,
    key: z.enum(["ec-p256", "ed25519", "rsa-2048"]),
    form: z.enum(["pem", "base64"]),
  }),
]);

const event = z.strictObject({ at: timeSchema, run: z.string(), mark: z.string(), timeout: timeSchema });

const retry = z.strictObject({
  attempts: z.int().min(2).max(MOST_ATTEMPTS),
  backoff: z.strictObject({ initial: timeSchema, factor: z.number().min(1), max: timeSchema }),
  jitter: z.number().min(0).max(1),
  sameName: z.boolean(),
});

const fleetGroup = z.strictObject({ name: z.string(), count: countSchema, mix: z.array(mix) });

const fleet = z.strictObject({
  count: countSchema,
  firstSeq: seqSchema.exactOptional(),
  seed: z.number(),
  names,
  mix: z.array(mix),
  groups: z.array(fleetGroup).min(1).exactOptional(),
  gateway: z.boolean(),
  retry: retry.exactOptional(),
  misbehaviours: z.array(z.strictObject({ kind: z.enum(MISBEHAVIOURS), share: z.number().min(0).max(1) })),
});

const rate = z.number().nonnegative();
const shape = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("closed"),
    concurrency: z.int().positive(),
    duration: timeSchema.exactOptional(),
  }),
  z.strictObject({ kind: z.literal("burst") }),
  z.strictObject({ kind: z.literal("constant"), rate }),
  z.strictObject({ kind: z.literal("poisson"), rate }),
  z.strictObject({ kind: z.literal("ramp"), from: rate, to: rate, duration: timeSchema }),
  z.strictObject({
    kind: z.literal("stages"),
    from: rate,
    stages: z.array(z.strictObject({ target: rate, duration: timeSchema })),
  }),
  z.strictObject({
    kind: z.literal("spike"),
    base: rate,
    peak: rate,
    before: timeSchema,
    during: timeSchema,
    after: timeSchema,
  }),
]);

/** A byte of memory each is what a reader needs: a file that says more than this was not written by a run. */
const MOST_DEVICES = 200_000_000;
const phase = z.strictObject({
  name: z.string(),
  warmup: z.boolean(),
  firstSeq: seqSchema,
  devices: countSchema.max(MOST_DEVICES),
  shape,
});

const phases = z.array(phase).superRefine((list, context) => {
  let next: number = list[0]?.firstSeq ?? 0;
  for (const [index, { firstSeq, devices }] of list.entries()) {
    if (firstSeq !== next) {
      context.addIssue({
        code: "custom",
        path: [index, "firstSeq"],
        message: `expected ${next}: phases follow each other`,
      });
    }
    next = firstSeq + devices;
  }
  if (next - (list[0]?.firstSeq ?? 0) > MOST_DEVICES) {
    context.addIssue({ code: "custom", path: [], message: `more than ${MOST_DEVICES} devices` });
  }
});

const rollCall = z.strictObject({
  when: z.enum(["after", "inline", "off"]),
  at: z.enum(["other", "each"]).optional(),
  concurrency: z.int().positive(),
  rate: left(z.number().positive()),
  hold: timeSchema,
  keepAliveSeconds: z.number(),
  negativeControl: z.boolean(),
  proof: z.enum(["telemetry", "attributes"]).exactOptional(),
});

const threshold = z.strictObject({
  text: z.string(),
  left: z.string(),
  operator: z.enum(["<", "<=", ">", ">=", "==", "!="]),
  right: z.union([z.number(), z.string()]),
  abort: z.strictObject({ delay: timeSchema }).optional(),
});

const background = z.strictObject({
  run: z.string(),
  folder: z.string(),
  made: z.literal(true).exactOptional(),
  devices: countSchema,
  publish: z.enum(["telemetry", "attributes"]),
  every: timeSchema.refine((time) => time > 0),
  settle: timeSchema,
  connectRate: z.number().positive(),
});

export const planSchema: z.ZodType<RecordedPlan> = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  description: z.string(),
  hash: z.string(),
  runId: z.string(),
  prefix: z.string(),
  target,
  admin: left(admin),
  provisioning,
  fleet,
  groups: z
    .array(z.strictObject({ name: z.string(), target, provisioning: keyed, admin: groupAdmin.exactOptional() }))
    .min(1)
    .exactOptional(),
  phases,
  maxInFlight: z.int().positive(),
  maxDevices: countSchema.optional(),
  askedBefore: countSchema.optional(),
  rollCall,
  background: background.exactOptional(),
  timeouts: z.strictObject({ connect: timeSchema, accept: timeSchema, answer: timeSchema, login: timeSchema }),
  thresholds: z.array(threshold),
  events: z.array(event).exactOptional(),
  generators: z.union([z.literal("auto"), z.int().positive().max(10_000)]),
});

export const planJsonSchema = () => jsonSchemaOf("rollcall plan: plan.json of a run", planSchema);
