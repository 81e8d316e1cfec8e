import type { ServerProfile } from "../model/administration.ts";
import { RollcallError } from "../model/error.ts";
import type { Plan, Target } from "../model/plan.ts";
import type { Login, Provisioner } from "../model/ports.ts";
import { msFromUs } from "../model/units.ts";
import { findProfile, profileKeys } from "../operations/find-profile.ts";
import type { Examination, Greeting, NamedFinding, PortVisit, ScenarioFacts } from "./examination.ts";
import { readIdentity } from "../wires/socket/endpoint.ts";
import { type Fact, known, unknown } from "./fact.ts";
import { greetByToken } from "./visits/greet-by-token.ts";
import { greetMqtt } from "./visits/greet-mqtt.ts";
import { type Authority, inspectTls } from "./visits/inspect-tls.ts";
import { openPlaces } from "./visits/open-places.ts";
import { openPort } from "./visits/open-port.ts";
import { probeDevice, type ProbeDeps } from "./visits/probe-device.ts";
import { resolveName } from "./visits/resolve-name.ts";
import { isTenantAdmin, type ServerPart, type ServerVisitDeps, visitServer } from "./visits/visit-server.ts";

export interface ExamineDeps extends ServerVisitDeps {
  /** As in Examination. */
  readonly ofTenant: number;
  /** Made only when the device is to be provisioned: what cannot be made is why it was not. */
  readonly provisioner: () => Promise<Provisioner>;
  readonly login: () => Promise<Login>;
  readonly device: () => Promise<ProbeDeps["device"]>;
  readonly control: (login: Login) => ProbeDeps["control"];
  /** Text of the file target.tls.ca. */
  readonly ca: string | undefined;
  readonly authorities: () => Promise<readonly Authority[]>;
  readonly machine: readonly NamedFinding[];
  readonly workers: readonly NamedFinding[];
  readonly scenario: ScenarioFacts;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** What is being done, for somebody who waits. */
  readonly onStep: (what: string) => void;
}

/** Sees all there is to see, one thing after the other; what depends on something that is not there is left out. */
export async function examine(deps: ExamineDeps, stop: AbortSignal): Promise<Examination> {
  const { plan: whole, now, onStep } = deps;
  const connectMs = msFromUs(whole.timeouts.connect);
  const places = await openPlaces(whole.target, connectMs, now, stop);
  const target = firstPlace(whole.target);
  const plan = { ...whole, target };

  onStep(`looking up ${target.host}`);
  const named = await resolveName(target.host, now, stop);
  const noName = named.kind === "missing" ? unknown("the host has no address") : undefined;

  onStep(`connecting to ${target.host}:${target.port}`);
  const udp = unknown("CoAP is UDP: there is no connection to open");
  const port: Fact<PortVisit> =
    noName ?? (target.transport === "coap" ? udp : known(await openPort(target, connectMs, now, stop)));
  const closed = port.known && port.value.kind === "closed" ? unknown("the port is not open") : undefined;

  onStep("looking at the certificate");
  const identity = target.tls?.identity && readIdentity(target.tls.identity);
  const tls =
    noName ??
    closed ??
    (target.tls === undefined
      ? unknown("target.tls is not set")
      : known(await inspectTls({ ...deps, target, tls: target.tls, identity, timeoutMs: connectMs }, stop)));

  onStep("asking what answers there");
  const distrusted = untrusted(tls, plan);
  // The HTTP client speaks to nobody whom it does not trust.
  const greeting =
    noName ??
    closed ??
    (target.transport === "http" ? distrusted : undefined) ??
    known(await (target.transport === "mqtt" ? greetMqtt(plan, now, stop) : greetToken({ ...deps, plan }, stop)));
  const notThere =
    greeting.known && greeting.value.kind !== "thingsboard" ? unknown("no ThingsBoard answers there") : undefined;

  onStep("asking the administrator");
  const server = await visitServer(deps, stop);

  onStep("provisioning one device");
  const probe = noName ?? closed ?? notThere ?? distrusted ?? (await probeFact(deps, server, stop));
  return {
    plan: whole,
    ofTenant: deps.ofTenant,
    examinedAt: deps.wall(),
    ...(places.length === 0 ? {} : { places }),
    name: known(named),
    port,
    tls,
    greeting,
    ...server,
    probe,
    machine: deps.machine,
    workers: deps.workers,
    scenario: deps.scenario,
  };
}

async function greetToken(deps: ExamineDeps, stop: AbortSignal): Promise<Greeting> {
  const login = await deps.login();
  try {
    return await greetByToken(deps.plan, login, deps.now, stop);
  } finally {
    await login.close();
  }
}

/** One of several places as a target of its own, by its address: a certificate must still have its name. */
function firstPlace({ hosts: _all, host, address, tls, ...rest }: Target): Target {
  if (address === undefined) return { host, tls, ...rest };
  return { ...rest, host: address, tls: tls && { ...tls, serverName: tls.serverName ?? host } };
}

/** A device sends its secrets only to a server that it trusts. */
function untrusted(tls: Examination["tls"], { target }: Plan) {
  if (!tls.known || target.tls?.insecure === true) return undefined;
  if (tls.value.kind === "failed") return unknown("there is no TLS with this server");
  const { distrust, nameMismatch } = tls.value.handshake;
  return distrust === undefined && nameMismatch === undefined ? undefined : unknown("the certificate is not trusted");
}

async function probeFact(deps: ExamineDeps, server: ServerPart, stop: AbortSignal): Promise<Examination["probe"]> {
  const { plan, admin, now, wall } = deps;
  const { administrator } = server;
  const admitted = administrator.known && isTenantAdmin(administrator.value);
  const opened: { close(): Promise<void> }[] = [];
  try {
    const provisioner = await deps.provisioner();
    opened.push(provisioner);
    const login = plan.rollCall.when === "off" ? undefined : await deps.login();
    if (login !== undefined) opened.push(login);
    const control: ProbeDeps["control"] =
      login === undefined ? () => Promise.resolve({ result: "not-made", detail: "" }) : deps.control(login);
    const probe = { device: await deps.device(), provisioner, login, control, now, wall };
    const prepareIn = plan.provisioning.strategy === "pre-provisioned" ? profileOf(server) : undefined;
    const own = admitted ? admin : undefined;
    const profile = own && (profileOf(server) ?? (await findProfile(profileKeys(plan.provisioning), own, stop)))?.id;
    return known(await probeDevice({ ...probe, admin: own, prepareIn, profile }, stop));
  } catch (error) {
    stop.throwIfAborted();
    if (error instanceof RollcallError) return unknown(error.message);
    throw error;
  } finally {
    for (const each of opened) await each.close();
  }
}

function profileOf({ profile }: ServerPart): ServerProfile | undefined {
  return profile.known ? profile.value.byKey : undefined;
}
