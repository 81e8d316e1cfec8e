import type { Access, TlsFixtures } from "../../conformance/case.ts";
import { reasonOf, RollcallError } from "../../model/error.ts";
import type { Admin, TlsPlan } from "../../model/plan.ts";
import { Secret } from "../../model/secret.ts";
import type { Endpoint } from "../../wires/socket/endpoint.ts";
import { parseZonedUrl } from "../../wires/socket/zoned-url.ts";
import type { HttpTarget } from "../../wires/http/http-exchange.ts";
import { type AdminOptions, accessIfAny } from "../server/administration.ts";
import { SIMULATED_ADMINISTRATOR } from "../simulation/embedded-simulator.ts";
import type { Children, World } from "../world.ts";
import { readText } from "../../record/text-file.ts";

export interface ConformanceOptions extends AdminOptions {
  readonly target: string | undefined;
  readonly simulate: string | undefined;
  readonly http: string | undefined;
  readonly coap: string | undefined;
  readonly tls: string | undefined;
  readonly ca: string | undefined;
  readonly insecure: boolean;
  readonly key: string | undefined;
}

/** Everything that can be reached of a server, and by what right. */
export interface ConformanceTarget extends Disposable {
  /** For people. */
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly http: HttpTarget | undefined;
  readonly coap: { readonly host: string; readonly port: number } | undefined;
  /** MQTT over TLS; `endpoint` itself, or another beside it. */
  readonly tls: TlsFixtures["endpoint"] | undefined;
  readonly admin: Admin | undefined;
  /** Without an administrator: a profile that lets new devices in. */
  readonly profile: Access | undefined;
}

export async function conformanceTarget(
  { variables: env, children }: Pick<World, "variables" | "children">,
  options: ConformanceOptions,
): Promise<ConformanceTarget> {
  if (options.simulate !== undefined) return simulated(children, options.simulate);
  if (options.target === undefined) {
    throw new RollcallError("usage", "Which server?", "Name it: rollcall conformance mqtt://host:1883, or --simulate.");
  }
  const { host, port, tls } = readTarget(options.target, "mqtt");
  const access = accessIfAny(undefined, { ...options, ca: undefined }, env);
  if (access?.moreUrls !== undefined) {
    throw new RollcallError(
      "usage",
      "--admin-url is given more than once, and a conformance is of one server at one address.",
      "Name one of them.",
    );
  }
  const trust: TlsPlan = { caFile: options.ca, serverName: undefined, insecure: options.insecure };
  const admin = access === undefined ? undefined : { ...access, tls: trust };
  // ThingsBoard's monolith has its device API and its REST API at one address.
  const http = options.http ?? admin?.url;
  const ca = options.ca === undefined ? undefined : await readAuthority(options.ca);
  const secure = { ca, serverName: undefined, insecure: options.insecure, identity: undefined };
  const beside = options.tls === undefined ? undefined : readTarget(options.tls, "mqtts");
  return {
    name: `${tls ? "mqtts" : "mqtt"}://${host}:${port}`,
    endpoint: { host, port, tls: tls ? secure : undefined },
    tls: beside !== undefined ? { ...beside, tls: secure } : tls ? { host, port, tls: secure } : undefined,
    http: http === undefined ? undefined : readHttp(http, trust),
    coap: options.coap === undefined ? undefined : readCoap(options.coap),
    admin,
    profile: admin === undefined ? profileFrom(options.key, env["ROLLCALL_PROVISION_SECRET"]) : undefined,
    [Symbol.dispose]: () => undefined,
  };
}

async function simulated(children: Children, release: string): Promise<ConformanceTarget> {
  // Loading its library takes a fifth of a second.
  const { createServerIdentity } = await import("../../simulator/transports/server-identity.ts");
  const identity = await createServerIdentity();
  const simulator = await children.startSimulator({
    ...(release === "" ? {} : { version: release }),
    tls: identity,
    http: {},
    coap: {},
  });
  const { mqtt, mqttTls, http, coap } = simulator.ports;
  const tls = { ca: identity.cert, serverName: undefined, insecure: false, identity: undefined };
  const url = `http://127.0.0.1:${http}`;
  return {
    name: `simulated ThingsBoard${release === "" ? "" : ` ${release}`}`,
    endpoint: { host: "127.0.0.1", port: mqtt, tls: undefined },
    http: readHttp(url, undefined),
    coap: coap === undefined ? undefined : { host: "127.0.0.1", port: coap },
    tls: mqttTls === undefined ? undefined : { host: "127.0.0.1", port: mqttTls, tls },
    admin: { url, ...SIMULATED_ADMINISTRATOR, tls: undefined },
    profile: undefined,
    [Symbol.dispose]: () => simulator[Symbol.dispose](),
  };
}

/** `mqtt://host[:port]`, `mqtts://host[:port]`, or without a scheme. */
function readTarget(
  text: string,
  scheme: "mqtt" | "mqtts",
): { readonly host: string; readonly port: number; readonly tls: boolean } {
  const { url, host = "" } = parseZonedUrl(text.includes("://") ? text : `${scheme}://${text}`) ?? {};
  const tls = url?.protocol === "mqtts:";
  if (
    url === undefined ||
    host === "" ||
    host.includes(",") ||
    !(tls || url.protocol === "mqtt:") ||
    url.username !== ""
  ) {
    throw new RollcallError(
      "conformance-target",
      `${text} is not the address of an MQTT server.`,
      "Write mqtt://host:1883 or mqtts://host:8883; HTTP and CoAP have options of their own.",
    );
  }
  return { host, port: url.port === "" ? (tls ? 8_883 : 1_883) : Number(url.port), tls };
}

/** Beside a target of another transport. */
export function readPlainMqtt(text: string): { readonly host: string; readonly port: number } {
  const { host, port, tls } = readTarget(text, "mqtt");
  if (!tls) return { host, port };
  throw new RollcallError("usage", `--mqtt ${text} is over TLS.`, "Write mqtt://host:1883.");
}

/** `tls`: used where the address is of https. */
export function readHttp(text: string, tls: TlsPlan | undefined): HttpTarget {
  const { url, host = "" } = parseZonedUrl(text.includes("://") ? text : `http://${text}`) ?? {};
  const secure = url?.protocol === "https:";
  if (url === undefined || host === "" || !(secure || url.protocol === "http:")) {
    throw new RollcallError("usage", `${text} is not an address of HTTP.`, "Write http://host:8080 or https://host.");
  }
  return {
    host,
    port: url.port === "" ? (secure ? 443 : 80) : Number(url.port),
    tls: secure ? (tls ?? { caFile: undefined, serverName: undefined, insecure: false }) : undefined,
  };
}

export function readCoap(text: string): { readonly host: string; readonly port: number } {
  const { url, host = "" } = parseZonedUrl(text.includes("://") ? text : `coap://${text}`) ?? {};
  if (url?.protocol === "coap:" && host !== "") {
    return { host, port: url.port === "" ? 5_683 : Number(url.port) };
  }
  throw new RollcallError("usage", `--coap ${text} is not an address.`, "Write coap://host:5683.");
}

function profileFrom(key: string | undefined, secret: string | undefined): Access {
  if (key !== undefined && secret !== undefined && secret !== "") return { key, secret: new Secret(secret) };
  throw new RollcallError(
    "conformance-access",
    "Without a tenant administrator a device profile that allows to create new devices must be given.",
    "Give --admin-url and --admin-user with ROLLCALL_ADMIN_PASSWORD in the environment, or --key with ROLLCALL_PROVISION_SECRET.",
  );
}

async function readAuthority(file: string): Promise<string> {
  return readText(file).catch((error: unknown) => {
    throw new RollcallError("usage", `--ca ${file} cannot be read: ${reasonOf(error)}.`, "Name a PEM file.");
  });
}
