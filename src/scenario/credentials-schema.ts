import { z } from "zod";
import { weight } from "./fields.ts";

/** What a device asks for: a kind of credentials, or several with their weights. */

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
export const credentials = z
  .union([credentialsName, credentialsEntry, z.array(z.union([credentialsName, credentialsEntry])).min(1)], {
    error: "write mqtt-basic, access-token, access-token-server, x509, a mapping with a type, or a list of those",
  })
  .describe(
    "What each device asks for; access-token-server: nothing, the server makes a token. Default: mqtt-basic; x509 with strategy x509-chain",
  );

export type CredentialsInput = z.output<typeof credentials>;
