import type { BackgroundPlan } from "../../model/background.ts";
import type { Plan, Target } from "../../model/plan.ts";
import type { Login, Provisioner } from "../../model/ports.ts";
import { createMqttLogin } from "../../thingsboard/mqtt-login.ts";
import { createMqttProvisioner } from "../../thingsboard/mqtt-provisioner.ts";
import { withOwnAddresses } from "../machine/own-addresses.ts";
import { jsonPayload, type PayloadCodec } from "../../thingsboard/payload.ts";
import type { Proof } from "../../thingsboard/proof.ts";
import { loadClient } from "../../wires/mqtt/clients.ts";
import { clientOf } from "../../model/target.ts";

/*
 * The only place that picks implementations of the ports: a new transport is a new case here. What few runs need is loaded
 * when it is needed: its libraries take longer to load than a small run takes.
 */

type ProvisionerPlan = Pick<Plan, "target" | "provisioning" | "timeouts" | "fleet">;
type LoginPlan = Pick<Plan, "runId" | "target" | "timeouts"> & {
  readonly rollCall: Pick<Plan["rollCall"], "keepAliveSeconds" | "proof">;
};

export async function createProvisioner(plan: ProvisionerPlan): Promise<Provisioner> {
  return (await loadProvisioners(plan))(plan.target);
}

/** Of a roll that is called again: nobody is asked for, and nobody needs the secret that asks. */
export const NO_PROVISIONER: Provisioner = {
  provision: () => Promise.reject(new Error("a plan without phases has asked for a device")),
  close: () => Promise.resolve(),
};

/** Loads what is needed, so that provisioners for several places can be made at once. */
export async function loadProvisioners(plan: ProvisionerPlan): Promise<(target: Target) => Provisioner> {
  const create = await loadGoodProvisioners(plan);
  if (!plan.fleet.misbehaviours.some(({ kind }) => kind.endsWith("-socket"))) {
    return (target) => create(withOwnAddresses(target));
  }
  const { withMisbehavingSockets } = await import("../../thingsboard/misbehaving-sockets.ts");
  return (given) => {
    const target = withOwnAddresses(given);
    return withMisbehavingSockets(create(target), target, plan.timeouts);
  };
}

async function loadGoodProvisioners(
  plan: Pick<Plan, "target" | "provisioning" | "timeouts">,
): Promise<(target: Target) => Provisioner> {
  const { provisioning, timeouts } = plan;
  if (provisioning.chain !== undefined) {
    const { chain } = provisioning;
    const { createChainProvisioner } = await import("../../thingsboard/chain-provisioner.ts");
    const openSession = await loadClient(clientOf(plan.target));
    return (target) => createChainProvisioner({ target, chain, timeouts, openSession });
  }
  switch (plan.target.transport) {
    case "mqtt": {
      const [payload, openSession] = await Promise.all([payloadOf(plan.target), loadClient(clientOf(plan.target))]);
      return (target) => createMqttProvisioner({ target, provisioning, timeouts, payload, openSession });
    }
    case "http": {
      const { createHttpProvisioner } = await import("../../thingsboard/http-provisioner.ts");
      return (target) => createHttpProvisioner({ target, provisioning, timeouts });
    }
    case "coap": {
      const { createCoapProvisioner } = await import("../../thingsboard/coap-provisioner.ts");
      return (target) => createCoapProvisioner({ target, provisioning, timeouts });
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

function proofOf({ runId, rollCall: { proof } }: LoginPlan): Proof | undefined {
  return proof === "telemetry" ? { kind: proof, value: runId } : proof && { kind: proof };
}

/** `keep`: sessions stay open after the login, for a hold. */
export async function createLogin(plan: LoginPlan, keep: boolean): Promise<Login> {
  return (await loadLogins(plan, keep))(plan.target);
}

/** For the devices of a background: MQTT sessions that stay and publish, or requests under the token of each. */
export async function loadSpeakers(plan: LoginPlan, background: BackgroundPlan): Promise<(target: Target) => Login> {
  const { publish } = background;
  if (plan.target.transport !== "mqtt") return loadRequestSpeakers(plan, background);
  const { timeouts, rollCall } = plan;
  const [openSession, { createSpeech }] = await Promise.all([
    loadClient(clientOf(plan.target)),
    import("../../thingsboard/speech.ts"),
  ]);
  const speech = createSpeech(publish, plan.runId);
  const { keepAliveSeconds } = rollCall;
  return (target) =>
    createMqttLogin({
      target: withOwnAddresses(target),
      timeouts,
      keepAliveSeconds,
      keep: true,
      speech,
      openSession,
    });
}

async function loadRequestSpeakers(
  { rollCall: { proof: _proof, ...rollCall }, ...plan }: LoginPlan,
  { publish }: BackgroundPlan,
): Promise<(target: Target) => Login> {
  const [logins, { createSpeech }, { createCoapPost, createHttpPost, createRequestSpeaker }] = await Promise.all([
    loadLogins({ ...plan, rollCall }, false),
    import("../../thingsboard/speech.ts"),
    import("../../thingsboard/request-speaker.ts"),
  ]);
  const speech = createSpeech(publish, plan.runId);
  const createPost = plan.target.transport === "http" ? createHttpPost : createCoapPost;
  return (target) =>
    createRequestSpeaker(logins(target), createPost(withOwnAddresses(target), plan.timeouts, speech), speech);
}

/** As `loadProvisioners`. */
export async function loadLogins(plan: LoginPlan, keep: boolean): Promise<(target: Target) => Login> {
  const { timeouts, rollCall } = plan;
  const proof = proofOf(plan);
  switch (plan.target.transport) {
    case "mqtt": {
      const openSession = await loadClient(clientOf(plan.target));
      const { keepAliveSeconds } = rollCall;
      return (target) =>
        createMqttLogin({ target: withOwnAddresses(target), timeouts, keepAliveSeconds, keep, proof, openSession });
    }
    case "http": {
      const { createHttpLogin } = await import("../../thingsboard/http-login.ts");
      return (target) => createHttpLogin({ target: withOwnAddresses(target), timeouts, proof });
    }
    case "coap": {
      const { createCoapLogin } = await import("../../thingsboard/coap-login.ts");
      return (target) => createCoapLogin({ target: withOwnAddresses(target), timeouts, proof });
    }
  }
}
