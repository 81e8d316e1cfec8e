import { z } from "zod";
import { credentials } from "./credentials-schema.ts";
import { count, port, weight, word } from "./fields.ts";
import { hostName, secret, target, tls } from "./target-schema.ts";

/** One kind of devices of several in one run. What it leaves out is the scenario's own. */

const PERCENT = /^(?<number>\d+(?:\.\d+)?)\s*%$/;

const share = z
  .union([z.number(), z.string()], { error: "write a share: 70%, or a weight relative to the other groups, 2" })
  .transform((written, context) => {
    const percent = typeof written === "string" ? PERCENT.exec(written.trim())?.groups?.["number"] : undefined;
    const parsed = weight.safeParse(percent ?? written);
    if (parsed.success && (percent === undefined || parsed.data <= 100)) {
      return { weight: parsed.data, percent: percent !== undefined };
    }
    context.addIssue({
      code: "custom",
      message: "write a share: 70%, or a weight above 0 relative to the other groups, 2",
    });
    return z.NEVER;
  })
  .describe("Of the fleet: 70%, or a weight relative to the other groups");

const { transport, mqttVersion, client, payload } = target.shape;

export const group = z
  .strictObject({
    name: word
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: "use letters, digits, dot, dash and underscore" })
      .max(40, { error: "use at most 40 characters" })
      .describe("In names of devices ({group}), in reports, and in thresholds: failureRate{group:<name>} < 1%"),
    share: share.optional(),
    count: count.optional().describe("So many devices, instead of a share; those of all groups are the fleet's"),
    provisioning: z
      .strictObject({
        profile: word.optional().describe("Name of its device profile"),
        key: secret.optional().describe("Its profile's provision key"),
        secret: secret.optional().describe("Its profile's provision secret"),
      })
      .prefault({})
      .describe("Its device profile; default: that of the scenario"),
    admin: z
      .strictObject({
        username: word.optional().describe("Its administrator"),
        password: secret.optional().describe("${NAME} for an environment variable, or { file: path }"),
        apiKey: secret.optional().describe("Instead of user and password; ThingsBoard 4.3 and later"),
      })
      .optional()
      .describe("Administrator of its tenant, at admin.url; default: that of the scenario, whose tenant it is then of"),
    credentials: credentials.optional().describe("What each of its devices asks for; default: fleet.credentials"),
    target: z
      .strictObject({
        transport: transport.unwrap().optional().describe("How its devices talk to ThingsBoard"),
        host: hostName.optional().describe("Name or address, without mqtt:// and port"),
        port: port.optional().describe("Default: the scenario's; over another transport that transport's usual one"),
        mqttVersion: mqttVersion.unwrap().optional(),
        client: client,
        payload: payload.unwrap().optional(),
        tls: tls.optional(),
      })
      .prefault({})
      .describe("Where its devices go; default: as the scenario's. Over another transport only the host is taken over"),
  })
  .describe("Devices of one kind");

export type GroupInput = z.output<typeof group>;
