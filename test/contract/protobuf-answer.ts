import { stringField, varintField } from "../../src/simulator/payload/protobuf.ts";

const STATUSES: Readonly<Record<string, number>> = { SUCCESS: 1, NOT_FOUND: 2, FAILURE: 3 };
const TYPES: Readonly<Record<string, number>> = {
  ACCESS_TOKEN: 0,
  X509_CERTIFICATE: 1,
  MQTT_BASIC: 2,
  LWM2M_CREDENTIALS: 3,
};
/** Of an enum's value that does not exist. */
const UNKNOWN = 99;

/** The answer that ThingsBoard would give in protobuf instead of this JSON; what is no answer stays as it is. */
export function toProtobuf(json: string): Buffer {
  const answer = parse(json);
  if (answer?.status === undefined) return Buffer.from(json);
  const { status, credentialsType, credentialsValue } = answer;
  const value = typeof credentialsValue === "string" ? credentialsValue : JSON.stringify(credentialsValue ?? "");
  return Buffer.concat([
    varintField(1, STATUSES[status] ?? UNKNOWN),
    ...(credentialsType === undefined ? [] : [varintField(2, TYPES[credentialsType] ?? UNKNOWN)]),
    ...(credentialsValue === undefined ? [] : [stringField(3, value)]),
  ]);
}

interface Answer {
  readonly status?: string;
  readonly credentialsType?: string;
  readonly credentialsValue?: unknown;
}

function parse(json: string): Answer | undefined {
  try {
    return JSON.parse(json) as Answer;
  } catch {
    return undefined;
  }
}
