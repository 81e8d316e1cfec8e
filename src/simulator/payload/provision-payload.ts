import { BadRequest, readProvisionJson, writeProvisionJson } from "./provision-json.ts";
import { readProvisionProtobuf, writeProvisionProtobuf } from "./provision-protobuf.ts";
import type { ProvisionReply } from "../core/provision-reply.ts";
import type { ProvisionRequest } from "../core/provisioning.ts";

export type PayloadForm = "json" | "protobuf";

/** JSON first, and protobuf if it is none (MTH:296-310, COT:152-175). Throws BadRequest. */
export function readProvisionRequest(
  payload: Buffer,
  gatewayField: boolean,
): { readonly request: ProvisionRequest; readonly form: PayloadForm } {
  try {
    return { request: readProvisionJson(payload.toString("utf8"), gatewayField), form: "json" };
  } catch (error) {
    if (!(error instanceof BadRequest) || error.kind !== "syntax") throw error;
    const request = readProvisionProtobuf(payload, gatewayField);
    if (request === undefined) throw error;
    return { request, form: "protobuf" };
  }
}

/** In the form of the request. */
export function writeProvisionReply(reply: ProvisionReply, form: PayloadForm): Buffer {
  switch (form) {
    case "json":
      return Buffer.from(writeProvisionJson(reply));
    case "protobuf":
      return writeProvisionProtobuf(reply);
  }
}
