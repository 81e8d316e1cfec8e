import type { Strategy } from "../model/plan.ts";
import type { Fault } from "./core/faults.ts";
import type { NodeFault } from "./core/node-faults.ts";
import type { PresetName, ServiceModel } from "./timing/service-model.ts";
import type { SimulatorState } from "./core/state.ts";
import type { Timers } from "./timing/timers.ts";

export interface SimulatedProfile {
  readonly name: string;
  /** For x509-chain it is computed from the CA certificate, and may be "". */
  readonly key: string;
  /** For x509-chain: the CA certificate, PEM. */
  readonly secret: string;
  readonly strategy: Strategy;
  /** Transport type of its devices: over MQTT only those of DEFAULT and MQTT are let in; default DEFAULT. */
  readonly transport?: string;
  /** Default: one tenant has everything. */
  readonly tenant?: string;
  /** x509-chain; default `(.*)`. */
  readonly namePattern?: string;
  /** x509-chain; default true. */
  readonly allowCreateByChain?: boolean;
}

/** A device that exists before anybody asks for it. */
export interface SimulatedDevice {
  /** Its name. */
  readonly profile: string;
  readonly name: string;
  /** Default: an access token of the server's making. */
  readonly credentials?: SimulatedCredentials;
  /** Server-side attribute `provisionState`. */
  readonly provisionState?: string;
}

/** Who administers a tenant beside the first, whose administrator is that of ThingsBoard's demo data. */
export interface SimulatedAdministrator {
  readonly user: string;
  readonly password: string;
  readonly tenant: string;
}

export type SimulatedCredentials =
  | { readonly type: "ACCESS_TOKEN"; readonly token: string }
  | {
      readonly type: "MQTT_BASIC";
      readonly clientId?: string;
      readonly username?: string;
      readonly password?: string;
    }
  | { readonly type: "X509_CERTIFICATE"; readonly certificate: string }
  | { readonly type: "LWM2M_CREDENTIALS"; readonly id: string };

export interface SimulatorOptions {
  /** Default 127.0.0.1; several share one store, all at the ports of the first. */
  readonly host?: string | readonly string[];
  /** MQTT over TCP; default 0, any free one. */
  readonly port?: number;
  /** Any release from 3.6 on, e.g. "3.6.4"; default "4.2.1". */
  readonly version?: string;
  /** Default: one, `DEFAULT_PROFILE`. */
  readonly profiles?: readonly SimulatedProfile[];
  readonly devices?: readonly SimulatedDevice[];
  /** What it had before, instead of `profiles` and `devices`. */
  readonly state?: SimulatorState;
  /** How much time things take; default "instant". */
  readonly preset?: PresetName;
  /** On top of the preset. */
  readonly service?: Partial<ServiceModel>;
  readonly faults?: readonly Fault[];
  /** As a cluster: each host is a transport of its own before these. Default: one core, and no queue but its own. */
  readonly cluster?: ClusterOptions;
  /** The seed of tokens, service times and faults; default 1. */
  readonly seed?: number;
  /** MQTT over TLS, beside plain TCP. PEM. */
  readonly tls?: { readonly port?: number; readonly key: string; readonly cert: string };
  /** The HTTP device API, over TLS where it has a key and a certificate (PEM); default: none. */
  readonly http?: { readonly port?: number; readonly tls?: { readonly key: string; readonly cert: string } };
  /** The CoAP device API, without DTLS; default: none. */
  readonly coap?: { readonly port?: number };
  /** Each connection of MQTT, over TLS too, must begin with a PROXY header, v1 or v2; default false. */
  readonly proxyProtocol?: boolean;
  /** The tenant administrator's key for REST; releases before 4.3 know none. */
  readonly apiKeys?: readonly string[];
  /** Of further tenants; default: there is one tenant. */
  readonly administrators?: readonly SimulatedAdministrator[];
  readonly limits?: Partial<Limits>;
  /** What the tenant may; default: everything. */
  readonly tenant?: TenantOptions;
  /** Default: the event loop's. */
  readonly timers?: Timers;
  /** Keep what each provision request took; for a run of known length, as the list grows with it. Default false. */
  readonly keepServiceTimes?: boolean;
}

export interface ClusterOptions {
  /** Over one store; default 1. */
  readonly cores?: number;
  /** What the queue between transports and cores takes, each way, in milliseconds; default 0. */
  readonly queueDelayMs?: number;
  /** So long after a core has died the others take up its part of the queue; default 10,000, Kafka's session time-out in ThingsBoard. */
  readonly rebalanceMs?: number;
  readonly faults?: readonly NodeFault[];
}

/** Rate limits in a tenant's profile, each "messages:seconds", several with commas; undefined: no limit. */
export interface TenantOptions {
  readonly messages?: string;
  readonly deviceMessages?: string;
  readonly gatewayMessages?: string;
  /** Limits of the REST API; the system administrator has none. */
  readonly rest?: string;
  /** Whether devices may connect, as the tenant's usage has it; default ENABLED. */
  readonly transport?: "ENABLED" | "WARNING" | "DISABLED";
}

export interface Limits {
  /** A provision session, from its first answer. */
  readonly closeAfterAnswerMs: number;
  /** From the second login of a device to the end of its first session. */
  readonly takeoverMs: number;
  /** A device session without any uplink. */
  readonly inactivityMs: number;
  /** Bytes behind the fixed header of a packet. */
  readonly maxPacket: number;
  /** Per tenant; 0: no limit. */
  readonly maxDevices: number;
  /** How long an administrator's token lasts before it must be refreshed. */
  readonly tokenLifetimeMs: number;
  /** Wrong logins in a row after which an address is shut out; 0: none, as ThingsBoard has it unless told otherwise. */
  readonly wrongLoginsPerAddress: number;
  /** How long, from the last wrong one. */
  readonly addressBlockMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  closeAfterAnswerMs: 60_000,
  takeoverMs: 40,
  inactivityMs: 600_000,
  maxPacket: 65_536,
  maxDevices: 0,
  tokenLifetimeMs: 9_000_000,
  wrongLoginsPerAddress: 0,
  addressBlockMs: 60_000,
};

export const DEFAULT_PROFILE: SimulatedProfile = {
  name: "rollcall",
  key: "simulated-key",
  secret: "simulated-secret",
  strategy: "allow-create",
};

export const DEFAULT_TENANT = "tenant";
