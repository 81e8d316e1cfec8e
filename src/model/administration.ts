import type { DeletionProof } from "./deletion-proof.ts";
import type { Credentials } from "./device.ts";
import type { Strategy } from "./plan.ts";
import type { Secret } from "./secret.ts";

/** The server's clock and this machine's may be apart by this much; where they are by more, nobody can tell which device is of which run. */
export const MOST_SKEW_MS = 5_000;

/** The server as its tenant administrator sees it. Every method rejects with RollcallError only, or with the reason of `stop`. */
export interface Administration {
  server(stop: AbortSignal): Promise<ServerFacts>;
  /** Who this is. */
  account(stop: AbortSignal): Promise<Account>;
  /** Whether the tenant's devices may connect; undefined: this server does not tell. */
  transportState(stop: AbortSignal): Promise<TransportState | undefined>;
  /** Told to the system administrator only; undefined: there is no such tenant. */
  limitsOf(tenant: Account["tenant"], stop: AbortSignal): Promise<TenantLimits | undefined>;
  /** What it says of each of its services; told to the system administrator only. */
  services(stop: AbortSignal): Promise<readonly SystemService[]>;
  /** Undefined: this server does not tell (before 3.5, or not a tenant administrator). */
  usage(stop: AbortSignal): Promise<TenantUsage | undefined>;
  /** Provision keys are unique on a server: this is the profile whose devices a run made. */
  profileByKey(key: string, stop: AbortSignal): Promise<ServerProfile | undefined>;
  /** Names of profiles are unique in a tenant. */
  profileByName(name: string, stop: AbortSignal): Promise<ServerProfile | undefined>;
  /** Refused by the server, e.g. because its name or key is taken: RollcallError "admin-answer" with the server's words. */
  createProfile(settings: ProfileSettings, stop: AbortSignal): Promise<ServerProfile>;
  /** Undefined: there is no such profile. */
  profileById(id: string, stop: AbortSignal): Promise<ServerProfile | undefined>;
  deleteProfile(proof: DeletionProof<"deviceProfile">, stop: AbortSignal): Promise<"deleted" | "gone" | "in-use">;
  /** All of them, a page at a time, in order of creation. */
  devicesOf(profile: Pick<ServerProfile, "id">, stop: AbortSignal): AsyncIterable<ServerDevice>;
  /** Lists the devices of the whole tenant, those with `text` in their name, whatever its case; others may be among them. */
  devicesNamedLike(text: string, stop: AbortSignal): AsyncIterable<ServerDevice>;
  /** Undefined: there is no such device. */
  deviceById(id: string, stop: AbortSignal): Promise<ServerDevice | undefined>;
  deviceByName(name: string, stop: AbortSignal): Promise<ServerDevice | undefined>;
  /** Counts the devices of one profile, or of the whole tenant. */
  countDevices(profile: Pick<ServerProfile, "name"> | undefined, stop: AbortSignal): Promise<number>;
  /** Undefined: there is no such device. */
  credentialsOf(device: string, stop: AbortSignal): Promise<ServerCredentials | undefined>;
  /** The latest value of a device's telemetry, as text; undefined: none is stored, or there is no such device. */
  latestValue(device: string, key: string, stop: AbortSignal): Promise<string | undefined>;
  /** A name that is taken, or credentials: RollcallError "admin-answer" with the server's words. */
  createDevice(device: NewServerDevice, stop: AbortSignal): Promise<ServerDevice>;
  /**
   * Many at once. A name that exists already is moved to the profile and counted as `updated`: look before. The profile
   * must exist, or the server makes one of that name.
   */
  importDevices(devices: NewServerDevices, stop: AbortSignal): Promise<Imported>;
  /** False: there is no such device any more. */
  deleteDevice(proof: DeletionProof<"device">, stop: AbortSignal): Promise<boolean>;
  /** Addresses that have answered, in order. */
  answeredBy(): readonly string[];
  close(): Promise<void>;
}

export interface ServerFacts {
  readonly version: string;
  /** CE or PE; null: not told, as in 3.6. */
  readonly edition: string | null;
  /** Milliseconds since 1970, to the second; undefined: not told. */
  readonly time: number | undefined;
}

export interface Account {
  /** TENANT_ADMIN, SYS_ADMIN, CUSTOMER_USER. */
  readonly authority: string;
  /** Its id. */
  readonly tenant: string;
}

/** DISABLED: the tenant has used up what it may, and its devices are refused. */
export type TransportState = "ENABLED" | "WARNING" | "DISABLED";

/** Rate limits in the tenant's profile, "messages:seconds", several with commas; undefined: no limit. */
export interface TenantLimits {
  readonly messages: string | undefined;
  readonly deviceMessages: string | undefined;
  readonly gatewayMessages: string | undefined;
  /** Rate limits of the tenant's REST calls. */
  readonly rest: string | undefined;
}

/** Limits of 0 are none. Rate limits are told to the system administrator only. */
export interface TenantUsage {
  readonly devices: number;
  readonly maxDevices: number;
  readonly transportMessages: number;
  readonly maxTransportMessages: number;
}

export interface ProfileSettings {
  readonly name: string;
  readonly strategy: Strategy;
  /** For x509-chain undefined: the server computes it from the certificate. */
  readonly key: string | undefined;
  /** The authority's certificate, PEM; for x509-chain alone. */
  readonly secret: Secret | undefined;
  readonly chain: ChainSettings | undefined;
}

/** For x509-chain alone. */
export interface ChainSettings {
  /** Group 1 of this pattern over the certificate's common name is the device's name. */
  readonly namePattern: string;
  /** Devices that do not exist yet are created. */
  readonly allowCreate: boolean;
}

export interface ServerProfile extends ProfileSettings {
  readonly id: string;
  readonly isDefault: boolean;
  /** Transport of its devices: DEFAULT, MQTT, COAP, … */
  readonly transport: string;
  /** Milliseconds since 1970, by the server's clock. */
  readonly createdTime: number;
}

export interface ServerDevice {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970, by the server's clock. */
  readonly createdTime: number;
  readonly gateway: boolean;
  readonly profileId: string;
}

export interface NewServerDevice {
  readonly name: string;
  readonly profile: Pick<ServerProfile, "id">;
  /** Undefined: the server makes an access token. */
  readonly credentials: Credentials | undefined;
  readonly gateway: boolean;
}

/** The server makes an access token for each. */
export interface NewServerDevices {
  readonly names: readonly string[];
  readonly profile: Pick<ServerProfile, "name">;
  readonly gateway: boolean;
}

/** As stored: `id` is what a login is looked up by. */
export interface ServerCredentials {
  readonly id: Secret;
  readonly credentials: Credentials;
}

export interface Imported {
  readonly created: number;
  readonly updated: number;
  readonly failed: number;
  /** The server's words, a line each. */
  readonly errors: readonly string[];
}

/** A service in ThingsBoard's own account of itself; undefined: it does not tell. Shares of its machine are 0 to 1. */
export interface SystemService {
  readonly id: string;
  /** MONOLITH, TB_CORE, TB_RULE_ENGINE, TB_TRANSPORT, … */
  readonly type: string;
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
  readonly disk: number | undefined;
  readonly processors: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly diskBytes: number | undefined;
}
