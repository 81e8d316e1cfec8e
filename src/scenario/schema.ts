import { z } from "zod";
import { MISBEHAVIOURS } from "../model/device.ts";
import { parseThreshold } from "./thresholds.ts";
import {
  count,
  duration,
  flag,
  keepAlive,
  port,
  positiveDuration,
  positiveRate,
  rate,
  seed,
  share,
  textFix,
  timeout,
  weight,
  word,
} from "./fields.ts";

/** The shape of a scenario file. What needs more than one field to judge is checked in resolve.ts. */

const secret = z
  .union([word, z.strictObject({ file: word.describe("Path of a file, relative to the scenario") })], {
    error: ({ input }) => textFix(input, "write ${NAME} for an environment variable, or { file: path }"),
  })
  .describe("A secret: ${NAME} for an environment variable, { file: path }, or (with a warning) the text itself");

const tls = z
  .union(
    [
      z.boolean(),
      z.strictObject({
        ca: word
          .optional()
          .describe("PEM file of the authority that signed the server's certificate, relative to the scenario"),
        serverName: word.optional().describe("Name to verify and send (SNI); default: the host"),
        cert: word
          .optional()
          .describe(
            "PEM file of the certificate that the server, or a proxy before it, is shown (mutual TLS), relative to the scenario",
          ),
        key: word.optional().describe("PEM file of its private key, relative to the scenario"),
        insecure: flag.prefault(false).describe("Accept any certificate; said in every report"),
      }),
    ],
    { error: "write true, or a mapping with ca, serverName, cert and key, insecure" },
  )
  .describe("TLS to the server: true, or with what it is verified");

const HOST = String.raw`[^\s/:,\p{Cc}]+|\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[\w.-]+)?\]?`;
const PLACE_FIX = "write a host without mqtt://, as name, address, name:port or [::1]:port, or { host, port, weight }";

/** One place of several. */
const hostEntry = z.union(
  [
    word.regex(
      new RegExp(String.raw`^(?:(?:${HOST})|(?:[^\s/:,\p{Cc}]+|\[[0-9A-Fa-f:.%\w-]+\]):\d{1,5}|.*\$\{.*)$`, "u"),
      {
        error: PLACE_FIX,
      },
    ),
    z.strictObject({
      host: word
        .regex(new RegExp(String.raw`^(?:${HOST}|.*\$\{.*)$`, "u"), { error: PLACE_FIX })
        .describe("Name or address"),
      port: port.optional().describe("Default: target.port"),
      weight: weight.prefault(1).describe("Share of the devices, relative to the other hosts"),
    }),
  ],
  { error: PLACE_FIX },
);

const target = z
  .strictObject({
    transport: z.enum(["mqtt", "http", "coap"]).default("mqtt").describe("How devices talk to ThingsBoard"),
    host: word
      .regex(new RegExp(String.raw`^(?:${HOST}|.*\$\{.*)$`, "u"), {
        error: ({ input }) =>
          typeof input === "string" && /^[^/]+,[^/]+$/.test(input)
            ? "one host stands here: write several as target.hosts: [a, b], or --host a,b"
            : "write the host only, without mqtt:// and port",
      })
      .default("127.0.0.1")
      .describe("Name or address, without mqtt:// and port"),
    port: port.optional().describe("Default: 1883, over TLS 8883; HTTP 8080, over TLS 443; CoAP 5683"),
    hosts: z
      .array(hostEntry, { error: "write a list of hosts: [10.0.0.1, { host: 10.0.0.2, port: 1884, weight: 2 }]" })
      .min(1, { error: "name at least one host" })
      .optional()
      .describe(
        "Several places instead of host, of which each device has one: name, name:port, or { host, port, weight }",
      ),
    srv: word
      .regex(/^_[\w-]+\._(?:tcp|udp)\.\S+$|\$\{/, { error: "write the name of SRV records: _mqtt._tcp.example.com" })
      .optional()
      .describe("Name of SRV records that say hosts and ports, instead of host: _mqtt._tcp.example.com"),
    spread: z
      .enum(["round-robin", "random", "least-in-flight"])
      .optional()
      .describe(
        "How devices are shared out to several addresses: in turn (default) or by lot, both from the seed; or where a generator has the fewest in flight, which no second run repeats",
      ),
    dns: z
      .union(
        [
          z.enum(["once", "follow"]),
          z.strictObject({
            servers: z
              .array(
                word.regex(/^[\d.]+(?::\d+)?$|^[0-9a-fA-F:]+$|^\[[0-9a-fA-F:]+\]:\d+$|\$\{/, {
                  error: "write an address, or address:port",
                }),
              )
              .min(1)
              .optional()
              .describe("Name servers, each address or address:port; default: the system's"),
            follow: flag.prefault(true).describe("Ask again when an answer's time to live has passed"),
          }),
        ],
        { error: "write once, follow, or a mapping with servers and follow" },
      )
      .optional()
      .describe(
        "How names are looked up by DNS: once before the load, or again whenever the time to live has passed (follow). Default: once, by the system's resolver",
      ),
    mqttVersion: z
      .union([z.literal([3.1, 5]), z.enum(["3.1", "3.1.1", "5"])], { error: "write 3.1, 3.1.1 or 5" })
      .transform((value) => String(value) as "3.1" | "3.1.1" | "5")
      .default("3.1.1")
      .describe("Version of MQTT"),
    client: z
      .enum(["lean", "mqtt"])
      .optional()
      .describe("What speaks MQTT for the devices: rollcall's own lean client, or the mqtt package. Default: lean"),
    payload: z
      .enum(["json", "protobuf"])
      .default("json")
      .describe("Form of the provision request; protobuf: MQTT only"),
    tls: tls.prefault(false),
    proxyProtocol: z
      .enum(["v1", "v2"], { error: "write v1 or v2: the versions of HAProxy's PROXY protocol" })
      .optional()
      .describe(
        "Header that the server takes from a proxy before anything else, TLS included: v1 (text) or v2 (binary)",
      ),
    from: z
      .union(
        [
          z.literal("auto"),
          z.array(z.union([z.ipv4(), z.ipv6(), z.string().regex(/^fe[89ab][0-9a-f:]*%[\w.-]+$/i)])).min(1),
        ],
        {
          error: "write auto, or a list of addresses of the machines that make the load: [10.0.0.11, 10.0.0.12]",
        },
      )
      .optional()
      .describe(
        "Local addresses that connections come from, in turn, each with ports of its own; auto: all of a machine",
      ),
  })
  .describe("The ThingsBoard to provision against");

const admin = z
  .strictObject({
    url: word
      .regex(/^https?:\/\/[^\s@\p{Cc}]+$|\$\{/u, {
        error: "write a URL without user and password: http://127.0.0.1:8080",
      })
      .describe("REST address, e.g. http://127.0.0.1:8080"),
    username: word.optional().describe("Tenant administrator"),
    password: secret.optional().describe("${NAME} for an environment variable, or { file: path }"),
    apiKey: secret.optional().describe("Instead of user and password; ThingsBoard 4.3 and later"),
    tls: tls.prefault(false),
  })
  .describe("Tenant administrator's REST access: for setup, reconcile and cleanup");

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

const credentialsName = z.enum(["mqtt-basic", "access-token", "access-token-server", "x509"]);
const weightOf = weight.prefault(1).describe("Share of the fleet, relative to the other entries");
const credentialsEntry = z.discriminatedUnion(
  "type",
  [
    z.strictObject({
      type: z.literal("mqtt-basic"),
      fields: z
        .array(z.enum(["clientId", "username", "password"]))
        .min(1, { error: "name at least one of clientId, username, password; access-token is a type of its own" })
        .optional()
        .describe("Default: all three"),
      weight: weightOf,
    }),
    z.strictObject({ type: z.literal("access-token"), weight: weightOf }),
    z.strictObject({ type: z.literal("access-token-server"), weight: weightOf }),
    z.strictObject({
      type: z.literal("x509"),
      key: z
        .enum(["ec-p256", "ed25519", "rsa-2048"])
        .default("ec-p256")
        .describe("Kind of key; rsa-2048 is slow to make"),
      form: z.enum(["pem", "base64"]).default("pem").describe("How the certificate is sent"),
      weight: weightOf,
    }),
  ],
  { error: "write a type: mqtt-basic, access-token, access-token-server or x509" },
);
const credentials = z
  .union([credentialsName, credentialsEntry, z.array(z.union([credentialsName, credentialsEntry])).min(1)], {
    error: "write mqtt-basic, access-token, access-token-server, x509, a mapping with a type, or a list of those",
  })
  .describe(
    "What each device asks for; access-token-server: nothing, the server makes a token. Default: mqtt-basic; x509 with strategy x509-chain",
  );

const fleet = z
  .strictObject({
    count: count.optional().describe("Devices; default: as many as the load determines"),
    seed: seed.prefault(1).describe("Same seed, same names, credentials and times"),
    prefix: word.optional().describe("Before generated names and credentials; default: a fresh one each run"),
    name: word.default("{prefix}-{seq:6}").describe("Pattern of names: {prefix}, {seq}, {seq:6} (with leading zeros)"),
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
    gateway: flag.prefault(false).describe("Ask for gateways; ThingsBoard 3.8 and later"),
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
    devices: count.optional().describe("Devices of this phase; one phase without takes the rest of fleet.count"),
    duration: positiveDuration.optional().describe("Of a constant or poisson load: its devices are rate x duration"),
    closed: z
      .strictObject({ concurrency: count.describe("Devices in flight at once") })
      .optional()
      .describe("So many in flight, the next when one ends"),
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
        when: z.enum(["after", "inline", "off"]).default("after").describe("inline: each device at once"),
        concurrency: count.prefault(100).describe("Logins at once"),
        rate: positiveRate.optional().describe("Logins a second; default: as fast as the concurrency allows"),
        hold: duration.prefault(0).describe("Sessions stay connected for so long"),
        keepAlive: keepAlive.prefault("60s").describe("Keep-alive of held sessions; 0: none, and nothing is pinged"),
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
    connect: timeout.prefault("10s").describe("TCP and TLS"),
    accept: timeout.prefault("10s").describe("From connected to CONNACK"),
    answer: timeout.prefault("22s").describe("From the request to its answer; ThingsBoard's own is 10 to 20 s"),
    login: timeout.prefault("22s").describe("A login of the roll call"),
  })
  .describe("Own deadlines");

const thresholdText = word.superRefine((text, context) => {
  const parsed = parseThreshold(text);
  if (typeof parsed === "string") context.addIssue({ code: "custom", message: parsed });
});
const threshold = z
  .union(
    [
      thresholdText,
      z.strictObject({
        threshold: thresholdText.describe("roundTrip.p99 < 2s"),
        abort: flag.prefault(false).describe("Stop the run as soon as it is missed, as the first Ctrl-C does"),
        delay: duration.optional().describe("With abort: so much of the run passes before it is looked at"),
      }),
    ],
    { error: ({ input }) => thresholdFix(input) },
  )
  .describe("A threshold, or a mapping of threshold, abort and delay");

/** A text is judged as one: that a mapping would do as well is no help. */
function thresholdFix(input: unknown): string {
  const parsed = typeof input === "string" && input !== "" ? parseThreshold(input) : undefined;
  if (typeof parsed === "string") return parsed;
  return textFix(input, "write a threshold, failureRate < 1%, or a mapping with threshold, abort and delay");
}

export const scenarioSchema = z
  .strictObject({
    name: word
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: "use letters, digits, dot, dash and underscore" })
      .max(100, { error: "use at most 100 characters" })
      .describe("Begins the name of each run's folder"),
    description: z.string({ error: "write a text" }).default("").describe("One sentence, shown in every report"),
    target: target.prefault({}),
    admin: admin.optional(),
    provisioning,
    fleet: fleet.prefault({}),
    load: z
      .union([phase, z.array(phase).min(1, { error: "write a phase, or a list of phases" })], {
        error: "write a phase, or a list of phases",
      })
      .describe("One phase or a list of phases, each a shape: closed, burst, constant, poisson, ramp, stages or spike"),
    shorten: z
      .strictObject({
        scale: weight.optional().describe("Times as long: 0.1 is a tenth of the time and of the devices"),
        devices: count.optional().describe("So many devices in all, shared out to the phases as they are"),
        duration: positiveDuration.optional().describe("So long in all; closed phases and bursts get as much less"),
      })
      .optional()
      .describe("The same load for less time, at its own rates and concurrency: one of scale, devices, duration"),
    maxInFlight: count
      .default(10_000)
      .describe("Devices in flight at once; arrivals beyond it are dropped and counted"),
    maxDevices: count
      .optional()
      .describe("A brake: no more devices are ever asked for by one run and those that resume it"),
    rollCall: rollCall.default("after"),
    timeouts: timeouts.prefault({}),
    thresholds: z
      .array(threshold)
      .default([])
      .describe("roundTrip.p99 < 500ms, failureRate < 0.1%, connected == provisioned"),
    generators: z
      .union([z.literal("auto"), count], { error: "write auto, or a whole number of at least 1" })
      .default("auto")
      .describe("Generator processes; auto: cores - 1, at least 1"),
  })
  .describe("A rollcall scenario");

export type Scenario = z.output<typeof scenarioSchema>;
export type HostInput = z.output<typeof hostEntry>;
export type PhaseInput = z.output<typeof phase>;
export type CredentialsInput = z.output<typeof credentials>;
export type SecretInput = z.output<typeof secret>;
