import { z } from "zod";
import { type FileKind, readKept } from "./kept-file.ts";
import { left } from "./schema-parts.ts";
import { writeWholeFile } from "./whole-file.ts";

/** What a simulated server has, kept from one `rollcall simulate --state` to the next. */

const strategies = ["allow-create", "pre-provisioned", "x509-chain", "disabled"] as const;
const textOrNull = z.string().nullable();

const profileSchema = z.strictObject({
  tenant: z.string(),
  isDefault: z.boolean(),
  name: z.string(),
  /** Undefined: nobody can ask for it. */
  key: left(z.string()),
  secret: z.string(),
  strategy: z.enum(strategies),
  transport: z.string(),
  namePattern: z.string(),
  allowCreateByChain: z.boolean(),
});

const credentialsSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ACCESS_TOKEN"), id: z.string() }),
  z.strictObject({
    type: z.literal("MQTT_BASIC"),
    id: z.string(),
    clientId: textOrNull,
    userName: textOrNull,
    password: textOrNull,
  }),
  z.strictObject({ type: z.literal("X509_CERTIFICATE"), id: z.string(), certificate: z.string() }),
  z.strictObject({ type: z.literal("LWM2M_CREDENTIALS"), id: z.string() }),
]);

/** Also a list or an object: ThingsBoard keeps an attribute of JSON. */
const attributeSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.custom<object>((value) => typeof value === "object" && value !== null),
]);

const deviceSchema = z.strictObject({
  name: z.string(),
  tenant: z.string(),
  profile: z.string(),
  /** Milliseconds since 1970. */
  createdTime: z.number(),
  gateway: z.boolean(),
  additionalInfo: left(z.record(z.string(), z.unknown()).readonly()),
  credentials: credentialsSchema.readonly(),
  serverAttributes: z.array(z.tuple([z.string(), attributeSchema]).readonly()).readonly(),
});

const stateSchema = z.strictObject({
  version: z.literal(1),
  profiles: z.array(profileSchema.readonly()).readonly(),
  devices: z.array(deviceSchema.readonly()).readonly(),
});

export type KeptSimulatorState = Readonly<z.output<typeof stateSchema>>;

const SIMULATOR_STATE: FileKind<KeptSimulatorState> = {
  what: "the state of a simulator",
  hint: "Give the file that `rollcall simulate --state` wrote, or another name to begin anew.",
  version: 1,
  schema: stateSchema,
};

/** Undefined: there is no such file yet. Throws RollcallError "damaged-file" or "file-version". */
export function readSimulatorState(path: string): Promise<KeptSimulatorState | undefined> {
  return readKept(path, SIMULATOR_STATE);
}

/** Readable by its owner alone: it holds credentials in clear. */
export async function writeSimulatorState(path: string, state: KeptSimulatorState): Promise<void> {
  await writeWholeFile(path, `${JSON.stringify(state)}\n`);
}
