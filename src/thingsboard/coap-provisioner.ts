import type { Device } from "../model/device.ts";
import type { Target, Timeouts } from "../model/plan.ts";
import type { Mark, Provisioner, Reply } from "../model/ports.ts";
import { codeName } from "../wires/coap/coap-codes.ts";
import { askCoap } from "../wires/coap/coap-exchange.ts";
import { leavingOf } from "./leaving.ts";
import { type ProfileAccess, readReply, requestJson } from "./messages.ts";
import { refusalOverCoap, refused } from "./refusals.ts";

export interface CoapProvisionerDeps {
  readonly target: Target;
  readonly provisioning: ProfileAccess;
  readonly timeouts: Pick<Timeouts, "answer">;
}

/**
 * Provisions each device by POST /api/v1/provision. ThingsBoard says SUCCESS with 2.01, NOT_FOUND and FAILURE with 4.00 and
 * the same body as everywhere; what other codes mean is in `refusals.ts`.
 */
export function createCoapProvisioner({ target, provisioning, timeouts }: CoapProvisionerDeps): Provisioner {
  async function provision(device: Device, mark: Mark, stop: AbortSignal): Promise<Reply> {
    const { code, payload } = await askCoap(
      target,
      { path: ["api", "v1", "provision"], payload: requestJson(device, provisioning) },
      timeouts.answer,
      {
        leaves: leavingOf(target, mark),
        connected: (peer) => mark("connected", peer),
        sent: () => mark("sent"),
        acknowledged: () => mark("acknowledged"),
      },
      stop,
    );
    const hasBody = code.startsWith("2.") || (code === "4.00" && payload.length > 0);
    if (!hasBody) {
      throw refused(refusalOverCoap(code), `CoAP ${codeName(code)}`);
    }
    mark("answered");
    return readReply(Buffer.from(payload).toString("utf8"), device);
  }

  return { provision, close: () => Promise.resolve() };
}
