import { z } from "zod";
import { flag, port, textFix, weight, word } from "./fields.ts";

/** Where a scenario's devices and its administrator go. What needs more than one field to judge is checked in resolve.ts. */

export const secret = z
  .union([word, z.strictObject({ file: word.describe("Path of a file, relative to the scenario") })], {
    error: ({ input }) => textFix(input, "write ${NAME} for an environment variable, or { file: path }"),
  })
  .describe("A secret: ${NAME} for an environment variable, { file: path }, or (with a warning) the text itself");

export const tls = z
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

export const hostName = word.regex(new RegExp(String.raw`^(?:${HOST}|.*\$\{.*)$`, "u"), {
  error: ({ input }) =>
    typeof input === "string" && /^[^/]+,[^/]+$/.test(input)
      ? "one host stands here: write several as target.hosts: [a, b], or --host a,b"
      : "write the host only, without mqtt:// and port",
});

export const target = z
  .strictObject({
    transport: z.enum(["mqtt", "http", "coap"]).default("mqtt").describe("How devices talk to ThingsBoard"),
    host: hostName.default("127.0.0.1").describe("Name or address, without mqtt:// and port"),
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
        "How devices are shared out to several addresses: round-robin, in turn (default), or random, both from the seed; or least-in-flight, where a generator has the fewest in flight, which differs from run to run",
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

const ADMIN_URL_FIX = "write a URL without user and password: http://127.0.0.1:8080";
const adminUrl = word.regex(/^https?:\/\/[^\s@\p{Cc}]+$|\$\{/u, { error: ADMIN_URL_FIX });

export const admin = z
  .strictObject({
    url: z
      .union([adminUrl, z.array(adminUrl).min(1, { error: "name at least one address" })], {
        error: `${ADMIN_URL_FIX}, or a list of them`,
      })
      .describe(
        "REST address, e.g. http://127.0.0.1:8080; or a list of those of one server, the next when one is down",
      ),
    username: word.optional().describe("Tenant administrator"),
    password: secret.optional().describe("${NAME} for an environment variable, or { file: path }"),
    apiKey: secret.optional().describe("Instead of user and password; ThingsBoard 4.3 and later"),
    tls: tls.prefault(false),
  })
  .describe("Tenant administrator's REST access: for setup, reconcile and cleanup");

export type HostInput = z.output<typeof hostEntry>;
export type SecretInput = z.output<typeof secret>;
