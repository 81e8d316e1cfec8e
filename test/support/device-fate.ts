import type { Target } from "../../src/model/plan.ts";
import { WireError } from "../../src/model/ports.ts";
import { Secret } from "../../src/model/secret.ts";
import { us } from "../../src/model/units.ts";
import { createLogin, createProvisioner } from "../../src/runs/wiring/wire.ts";
import { DEFAULT_PROFILE } from "../../src/simulator/options.ts";
import { DEVICE } from "../contract/provisioner-contract.ts";
import { planOf } from "../unit/runs/plan.ts";

/** Both clients of MQTT, HTTP and CoAP. */
export type Which = "lean" | "mqtt" | "http" | "coap";

export function targetOf(which: Which, port: number, more: Partial<Target>): Target {
  const client = which === "lean" || which === "mqtt" ? { client: which } : {};
  const transport = which === "http" || which === "coap" ? which : "mqtt";
  const where = { host: "127.0.0.1", port, mqttVersion: "3.1.1", payload: "json", tls: undefined } as const;
  return { transport, ...client, ...where, ...more };
}

const NEVER = new AbortController().signal;
const TIME = us(10_000_000);
const TIMEOUTS = { connect: TIME, accept: TIME, answer: TIME, login: TIME };
let devices = 0;

/** What becomes of one device that is provisioned at a simulator, or what is before it, and logs in. */
export async function fateOf(target: Target): Promise<string> {
  const { key, secret } = DEFAULT_PROFILE;
  const keyed = {
    strategy: "allow-create",
    profile: undefined,
    key,
    secret: new Secret(secret),
    secretSource: "",
  } as const;
  const plan = planOf([], { target, timeouts: TIMEOUTS, provisioning: keyed });
  const provisioner = await createProvisioner(plan);
  const login = await createLogin(plan, false);
  devices += 1;
  try {
    const device = { ...DEVICE, name: `device-${devices}`, credentials: undefined };
    const reply = await provisioner.provision(device, () => undefined, NEVER);
    if (reply.status !== "SUCCESS") return reply.status;
    return (await login.login(reply.credentials, () => undefined, NEVER)).verdict.state;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return error.kind;
  } finally {
    await provisioner.close();
    await login.close();
  }
}
