import type { Device } from "../model/device.ts";
import type { Target, Timeouts } from "../model/plan.ts";
import type { Mark, Provisioner, Reply } from "../model/ports.ts";
import { createHttpExchange } from "../wires/http/http-exchange.ts";
import { statusName } from "../wires/http/http-statuses.ts";
import { leavingOf } from "./leaving.ts";
import { type ProfileAccess, readReply, requestJson } from "./messages.ts";
import { toWhere } from "./redirect.ts";
import { refusalOverHttp, refused } from "./refusals.ts";

export interface HttpProvisionerDeps {
  readonly target: Target;
  readonly provisioning: ProfileAccess;
  readonly timeouts: Pick<Timeouts, "connect" | "answer">;
}

/**
 * Provisions each device by POST /api/v1/provision over kept connections. ThingsBoard says SUCCESS, NOT_FOUND and FAILURE
 * alike with 200; what other statuses mean is in `refusals.ts`.
 */
export function createHttpProvisioner({ target, provisioning, timeouts }: HttpProvisionerDeps): Provisioner {
  const http = createHttpExchange(target, timeouts);

  async function provision(device: Device, mark: Mark, stop: AbortSignal): Promise<Reply> {
    const { status, body, location } = await http.ask(
      { method: "POST", path: "/api/v1/provision", body: requestJson(device, provisioning) },
      {
        leaves: leavingOf(target, mark),
        connected: (peer) => mark("connected", peer),
        sent: () => mark("sent"),
      },
      stop,
    );
    if (status !== 200) throw refused(refusalOverHttp(status, body), `HTTP ${statusName(status)}${toWhere(location)}`);
    mark("answered");
    return readReply(body, device);
  }

  return { provision, close: () => http.close() };
}
