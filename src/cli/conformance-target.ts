import { readFile } from "node:fs/promises";
import type { Access } from "../conformance/case.ts";
import { RollcallError } from "../model/error.ts";
import type { Admin } from "../model/plan.ts";
import { Secret } from "../model/secret.ts";
import type { Endpoint } from "../mqtt/session.ts";
import { type AdminOptions, accessIfAny } from "./administration.ts";
import { SIMULATED_ADMINISTRATOR, startEmbeddedSimulator } from "./embedded-simulator.ts";

export interface ConformanceOptions extends AdminOptions {
  readonly target: string | undefined;
  readonly simulate: string | undefined;
  readonly http: string | undefined;
  readonly coap: string | undefined;
  readonly ca: string | undefined;
  readonly insecure: boolean;
  readonly key: string | undefined;
}

/** Everything that can be reached of a server, and by what right. */
export interface ConformanceTarget extends Disposable {
  /** For people. */
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly http: string | undefined;
  readonly coap: { readonly host: string; readonly port: number } | undefined;
  readonly admin: Admin | undefined;
  /** Without an administrator: a profile that lets new devices in. */
  readonly profile: Access | undefined;
}

export async function conformanceTarget(
  options: ConformanceOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ConformanceTarget> {
  if (options.simulate !== undefined) return simulated(options.simulate);
  if (options.target === undefined) {
    throw new RollcallError("usage", "Which server?", "Name it: rollcall conformance mqtt://host:1883, or --simulate.");
  }
  const { host, port, tls } = readTarget(options.target);
  const admin = accessIfAny(undefined, options, env);
  const ca = options.ca === undefined ? undefined : await readAuthority(options.ca);
  return {
    name: `${tls ? "mqtts" : "mqtt"}://${host}:${port}`,
    endpoint: {
      host,
      port,
      tls: tls ? { ca, serverName: undefined, insecure: options.insecure, identity: undefined } : undefined,
    },
    // ThingsBoard's monolith has its device API and its REST API at one address.
    http: options.http ?? admin?.url,
    coap: options.coap === undefined ? undefined : readCoap(options.coap),
    admin,
    profile: admin === undefined ? profileFrom(options.key, env["ROLLCALL_PROVISION_SECRET"]) : undefined,
    [Symbol.dispose]: () => undefined,
  };
}

async function simulated(release: string): Promise<ConformanceTarget> {
  const simulator = await startEmbeddedSimulator({
    ...(release === "" ? {} : { version: release }),
    http: {},
    coap: {},
  });
  const { mqtt, http, coap } = simulator.ports;
  const url = `http://127.0.0.1:${http}`;
  return {
    name: `simulated ThingsBoard${release === "" ? "" : ` ${release}`}`,
    endpoint: { host: "127.0.0.1", port: mqtt, tls: undefined },
    http: url,
    coap: coap === undefined ? undefined : { host: "127.0.0.1", port: coap },
    admin: { url, ...SIMULATED_ADMINISTRATOR, tls: undefined },
    profile: undefined,
    [Symbol.dispose]: () => simulator[Symbol.dispose](),
  };
}

/** `mqtt://host[:port]`, `mqtts://host[:port]`, or without a scheme. */
function readTarget(text: string): { readonly host: string; readonly port: number; readonly tls: boolean } {
  const url = URL.parse(text.includes("://") ? text : `mqtt://${text}`);
  const tls = url?.protocol === "mqtts:";
  if (url === null || url.hostname === "" || !(tls || url.protocol === "mqtt:") || url.username !== "") {
    throw new RollcallError(
      "conformance-target",
      `${text} is not the address of an MQTT server.`,
      "Write mqtt://host:1883 or mqtts://host:8883; HTTP and CoAP have options of their own.",
    );
  }
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? (tls ? 8_883 : 1_883) : Number(url.port),
    tls,
  };
}

export function readCoap(text: string): { readonly host: string; readonly port: number } {
  const url = URL.parse(text.includes("://") ? text : `coap://${text}`);
  if (url?.protocol === "coap:" && url.hostname !== "") {
    return { host: url.hostname, port: url.port === "" ? 5_683 : Number(url.port) };
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
  return readFile(file, "utf8").catch((error: unknown) => {
    throw new RollcallError("usage", `--ca ${file} cannot be read: ${(error as Error).message}.`, "Name a PEM file.");
  });
}
