/** What one REST call is answered. */
export interface RestAnswer {
  readonly status: number;
  /** JSON, or "". */
  readonly body: string;
}

/** ThingsBoard's error codes (contract, section 6). */
export const ERROR_CODE = {
  general: 2,
  authentication: 10,
  tokenExpired: 11,
  permission: 20,
  badRequest: 31,
  notFound: 32,
  tooManyRequests: 33,
  database: 46,
} as const;

/** A refusal, thrown wherever it is found and answered by `createRestApi`. */
export class RestError extends Error {
  readonly status: number;
  readonly errorCode: number;

  constructor(status: number, errorCode: number, message: string) {
    super(message);
    this.name = "RestError";
    this.status = status;
    this.errorCode = errorCode;
  }
}

export function badRequest(message: string): RestError {
  return new RestError(400, ERROR_CODE.badRequest, message);
}

export function notFound(message = "Requested item wasn't found!"): RestError {
  return new RestError(404, ERROR_CODE.notFound, message);
}

export function forbidden(): RestError {
  return new RestError(403, ERROR_CODE.permission, "You don't have permission to perform this operation!");
}

export function json(value: unknown): RestAnswer {
  return { status: 200, body: JSON.stringify(value) };
}

export const EMPTY: RestAnswer = { status: 200, body: "" };

type JsonObject = Readonly<Record<string, unknown>>;

/** A body that must be a JSON object; anything else is a 500, as Spring's parser makes it. */
export function readObject(body: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new RestError(500, ERROR_CODE.general, `JSON parse error: ${reasonOf(error)}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new RestError(500, ERROR_CODE.general, "JSON parse error: Cannot deserialize value");
}

/** {} where there is no object. */
export function objectAt(value: JsonObject, key: string): JsonObject {
  const inner = value[key];
  return typeof inner === "object" && inner !== null ? (inner as JsonObject) : {};
}

/** "" and other types count as absent. */
export function textAt(value: JsonObject, key: string): string | undefined {
  const text = value[key];
  return typeof text === "string" && text !== "" ? text : undefined;
}

export function entityId(entityType: string, id: string): object {
  return { entityType, id };
}
import { reasonOf } from "../../model/error.ts";
