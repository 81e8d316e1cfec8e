import type { Plan, Target } from "../../model/plan.ts";
import type { Login, Provisioner } from "../../model/ports.ts";
import { createMqttLogin } from "../../thingsboard/mqtt-login.ts";
import { createMqttProvisioner } from "../../thingsboard/mqtt-provisioner.ts";
import { withOwnAddresses } from "../machine/own-addresses.ts";
import { jsonPayload, type PayloadCodec } from "../../thingsboard/payload.ts";
import { loadClient } from "../../wires/mqtt/clients.ts";
import { clientOf } from "../../model/target.ts";

/*
 * The only place that picks implementations of the ports: a new transport is a new case here. What few runs need is loaded
 * when it is needed: its libraries take longer to load than a small run takes.
 */

export async function createProvisioner(
  plan: Pick<Plan, "target" | "provisioning" | "timeouts" | "fleet">,
): Promise<Provisioner> {
  const target = withOwnAddresses(plan.target);
  const good = await createGoodProvisioner({ ...plan, target });
  if (!plan.fleet.misbehaviours.some(({ kind }) => kind.endsWith("-socket"))) return good;
  const { withMisbehavingSockets } = await import("../../thingsboard/misbehaving-sockets.ts");
  return withMisbehavingSockets(good, target, plan.timeouts);
}

async function createGoodProvisioner(plan: Pick<Plan, "target" | "provisioning" | "timeouts">): Promise<Provisioner> {
  const { target, provisioning, timeouts } = plan;
  if (provisioning.chain !== undefined) {
    const { createChainProvisioner } = await import("../../thingsboard/chain-provisioner.ts");
    const openSession = await loadClient(clientOf(target));
    return createChainProvisioner({ target, chain: provisioning.chain, timeouts, openSession });
  }
  switch (target.transport) {
    case "mqtt": {
      const [payload, openSession] = await Promise.all([payloadOf(target), loadClient(clientOf(target))]);
      return createMqttProvisioner({ target, provisioning, timeouts, payload, openSession });
    }
    case "http": {
      const { createHttpProvisioner } = await import("../../thingsboard/http-provisioner.ts");
      return createHttpProvisioner({ target, provisioning, timeouts });
    }
    case "coap": {
      const { createCoapProvisioner } = await import("../../thingsboard/coap-provisioner.ts");
      return createCoapProvisioner({ target, provisioning, timeouts });
    }
  }
}

async function payloadOf({ payload }: Target): Promise<PayloadCodec> {
  switch (payload) {
    case "json":
      return jsonPayload;
    case "protobuf":
      return (await import("../../thingsboard/protobuf-payload.ts")).protobufPayload;
  }
}

/** `keep`: sessions stay open after the login, for a hold. */
export async function createLogin(
  plan: Pick<Plan, "target" | "timeouts"> & { readonly rollCall: Pick<Plan["rollCall"], "keepAliveSeconds"> },
  keep: boolean,
): Promise<Login> {
  const { timeouts, rollCall } = plan;
  const target = withOwnAddresses(plan.target);
  switch (target.transport) {
    case "mqtt": {
      const openSession = await loadClient(clientOf(target));
      return createMqttLogin({ target, timeouts, keepAliveSeconds: rollCall.keepAliveSeconds, keep, openSession });
    }
    case "http": {
      const { createHttpLogin } = await import("../../thingsboard/http-login.ts");
      return createHttpLogin({ target, timeouts });
    }
    case "coap": {
      const { createCoapLogin } = await import("../../thingsboard/coap-login.ts");
      return createCoapLogin({ target, timeouts });
    }
  }
}
