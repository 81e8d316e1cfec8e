import type { Device } from "../model/device.ts";
import type { FailureKind } from "../model/outcome.ts";
import type { Target, Timeouts } from "../model/plan.ts";
import { type Mark, type Provisioner, type Reply, WireError } from "../model/ports.ts";
import { createHttpExchange } from "../wires/http/http-exchange.ts";
import { statusName } from "../wires/http/http-statuses.ts";
import { type ProfileAccess, readReply, requestJson } from "./messages.ts";

export interface HttpProvisionerDeps {
  readonly target: Target;
  readonly provisioning: ProfileAccess;
  readonly timeouts: Pick<Timeouts, "connect" | "answer">;
}

/**
 * Provisions each device by POST /api/v1/provision over kept connections. ThingsBoard says SUCCESS, NOT_FOUND and FAILURE
 * alike with 200; 500 with an error object means that it did not understand the request, 500 with nothing that its core had an
 * error or no answer in time. Other 5xx are a proxy's.
 */
export function createHttpProvisioner({ target, provisioning, timeouts }: HttpProvisionerDeps): Provisioner {
  const http = createHttpExchange(target, timeouts);

  async function provision(device: Device, mark: Mark, stop: AbortSignal): Promise<Reply> {
    const { status, body } = await http.ask(
      { method: "POST", path: "/api/v1/provision", body: requestJson(device, provisioning) },
      { connected: () => mark("connected"), sent: () => mark("sent") },
      stop,
    );
    if (status !== 200) throw new WireError(failureOf(status, body), `HTTP ${statusName(status)}`);
    mark("answered");
    return readReply(body, device);
  }

  return { provision, close: () => http.close() };
}

function failureOf(status: number, body: string): FailureKind {
  const understood = status > 500 || (status === 500 && body === "");
  return understood ? "server-error" : "request-refused";
}
