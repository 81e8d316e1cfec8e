import type { Plan } from "../model/plan.ts";
import type { Login, Provisioner } from "../model/ports.ts";
import { RollcallError } from "../model/error.ts";
import { createHttpLogin } from "../thingsboard/http-login.ts";
import { createHttpProvisioner } from "../thingsboard/http-provisioner.ts";
import { createMqttLogin } from "../thingsboard/mqtt-login.ts";
import { createMqttProvisioner } from "../thingsboard/mqtt-provisioner.ts";

/** The only place that picks implementations of the ports: a new transport is a new case here. */
export function createProvisioner(plan: Pick<Plan, "target" | "provisioning" | "timeouts">): Provisioner {
  const { target, provisioning, timeouts } = plan;
  switch (target.transport) {
    case "mqtt":
      return createMqttProvisioner({ target, provisioning, timeouts });
    case "http":
      return createHttpProvisioner({ target, provisioning, timeouts });
    case "coap":
      throw unsupported(target.transport);
  }
}

/** `keep`: sessions stay open after the login, for a hold. */
export function createLogin(
  plan: Pick<Plan, "target" | "timeouts"> & { readonly rollCall: Pick<Plan["rollCall"], "keepAliveSeconds"> },
  keep: boolean,
): Login {
  const { target, timeouts, rollCall } = plan;
  switch (target.transport) {
    case "mqtt":
      return createMqttLogin({ target, timeouts, keepAliveSeconds: rollCall.keepAliveSeconds, keep });
    case "http":
      return createHttpLogin({ target, timeouts });
    case "coap":
      throw unsupported(target.transport);
  }
}

function unsupported(transport: string): RollcallError {
  return new RollcallError(
    "transport-unsupported",
    `Devices cannot be provisioned over ${transport} yet.`,
    "Set target.transport to mqtt or http.",
  );
}
