import type { BackgroundPlan } from "./background.ts";
import type { Misbehaviour } from "./device.ts";
import type { EventPlan } from "./event-plan.ts";
import type { GroupAdmin, RecordedOwnAdmin } from "./group-admin.ts";
import type { RetryPlan } from "./retry-plan.ts";
import type { Secret } from "./secret.ts";
import type { Seq, Us } from "./units.ts";

/**
 * A scenario with every default resolved: what a run will do, to the device and the microsecond.
 * Plain frozen data; secrets are `Secret`s, so that its JSON can be printed and kept.
 */
export interface Plan {
  readonly version: 1;
  readonly name: string;
  readonly description: string;
  /** SHA-256 (hex) of all that decides what is asked of the server; not of target, prefix, secrets or generators. */
  readonly hash: string;
  /** Short id of this run, part of its folder's name. */
  readonly runId: string;
  /** Put before generated names and credentials, fresh for each run unless the scenario fixes it. */
  readonly prefix: string;
  readonly target: Target;
  readonly admin: Admin | undefined;
  readonly provisioning: Provisioning;
  readonly fleet: FleetPlan;
  /** Where each of fleet.groups goes and what it proves itself with, in their order; target and provisioning are then those of the first. Absent: all devices are of one kind. */
  readonly groups?: readonly GroupPlan[];
  /** In order; a phase starts when every generator has nothing in flight of the one before. */
  readonly phases: readonly Phase[];
  /** Over the whole run, shared out to the generators. */
  readonly maxInFlight: number;
  /** No more devices may be asked for, whatever the load says; undefined: nobody said how many are too many. */
  readonly maxDevices?: number | undefined;
  /** Of a run that goes on with others: how many devices these had asked for, which count against maxDevices. */
  readonly askedBefore?: number | undefined;
  readonly rollCall: RollCallPlan;
  /** A fleet that is already there; absent: the load has the server to itself. */
  readonly background?: BackgroundPlan | undefined;
  readonly timeouts: Timeouts;
  readonly thresholds: readonly ThresholdPlan[];
  /** Commands that are run on this machine while the load goes on; absent: none. */
  readonly events?: readonly EventPlan[] | undefined;
  /** "auto": cores - 1, at least 1. */
  readonly generators: number | "auto";
}

/** A plan as its run's folder keeps it: it has no secret, and none can be asked of it. */
export type RecordedPlan = Omit<Plan, "admin" | "provisioning" | "groups"> & {
  readonly admin: RecordedAdmin | undefined;
  readonly provisioning: RecordedProvisioning;
  readonly groups?: readonly RecordedGroup[];
};

export type RecordedGroup = Omit<GroupPlan, "provisioning" | "admin"> &
  RecordedOwnAdmin & { readonly provisioning: RecordedKeyed };

export type RecordedAdmin = Omit<Admin, "password" | "apiKey">;

export type RecordedProvisioning = RecordedKeyed | RecordedChained;

export type RecordedKeyed = Omit<KeyedProvisioning, "secret">;

export type RecordedChained = Omit<ChainedProvisioning, "chain" | "secret"> & {
  readonly chain: Omit<ChainPlan, "key">;
};

export type MqttVersion = "3.1" | "3.1.1" | "5";
export type Transport = "mqtt" | "http" | "coap";
/** Of HAProxy's PROXY protocol: a line of text, or binary. */
export type ProxyVersion = "v1" | "v2";
/** What speaks MQTT for the devices: our own client, or the `mqtt` package. */
export type MqttClientName = "lean" | "mqtt";

export interface Target {
  readonly transport: Transport;
  readonly host: string;
  /** Where the host was found before the load, of one place of several; absent: it is looked up with each connection. */
  readonly address?: string | undefined;
  readonly port: number;
  readonly mqttVersion: MqttVersion;
  /** Undefined: no MQTT, or a plan of rollcall 0.1.0, which had the package alone. */
  readonly client?: MqttClientName | undefined;
  readonly payload: "json" | "protobuf";
  /** Undefined: plain. */
  readonly tls: TlsPlan | undefined;
  /** What each connection says before anything else; absent: nothing. */
  readonly proxyProtocol?: ProxyVersion | undefined;
  /** Local addresses that connections come from, in turn; "auto": all that a machine has; undefined: as the system chooses. */
  readonly from?: readonly string[] | "auto" | undefined;
  /** Several places, of which each device has one; `host` and `port` are then those of the first. Absent: all go to `host`. */
  readonly hosts?: readonly HostPlan[] | undefined;
  /** How several places are shared out; absent: in turn. */
  readonly spread?: Spread | undefined;
  /** How names are looked up; absent: by the system's resolver, before the load. */
  readonly dns?: DnsPlan | undefined;
  /** Name of SRV records, which say hosts and ports: looked up before the load. */
  readonly srv?: string | undefined;
}

export interface HostPlan {
  /** A name or an address: what a certificate must say, and what HTTP calls the server. */
  readonly host: string;
  /** What the name led to when it was looked up before the load; absent: it is looked up with each connection. */
  readonly address?: string | undefined;
  readonly port: number;
  /** Share of the devices, relative to the others. */
  readonly weight: number;
}

/** In turn, or by lot, both from the plan's seed; or where a generator has the fewest in flight, which no second run repeats. */
export type Spread = "round-robin" | "random" | "least-in-flight";

export interface DnsPlan {
  /** Name servers, each `address` or `address:port`; undefined: those of the system. */
  readonly servers: readonly string[] | undefined;
  /** Ask again when an answer's time to live has passed, and send devices to what it says then. */
  readonly follow: boolean;
}

export interface TlsPlan {
  /** Path of a PEM file; undefined: the system's. */
  readonly caFile: string | undefined;
  readonly serverName: string | undefined;
  /** Accept any certificate: only on request, and said in every report. */
  readonly insecure: boolean;
  /** Paths of PEM files: whom the server is shown; absent: nobody. The key is read where it is used, and is in no plan. */
  readonly identity?: { readonly certificateFile: string; readonly keyFile: string } | undefined;
}

/** REST access of a tenant administrator. */
export interface Admin {
  readonly url: string;
  /** Further addresses of the same server, each asked when the one before is down; absent: none. */
  readonly moreUrls?: readonly string[];
  readonly username: string | undefined;
  readonly password: Secret | undefined;
  readonly apiKey: Secret | undefined;
  readonly tls: TlsPlan | undefined;
}

export type Strategy = "allow-create" | "pre-provisioned" | "disabled" | "x509-chain";

export type Provisioning = KeyedProvisioning | ChainedProvisioning;

/** A device proves with key and secret that it may be provisioned. */
export interface KeyedProvisioning {
  readonly strategy: Exclude<Strategy, "x509-chain">;
  /** Name of the device profile; undefined: whichever has the key. */
  readonly profile: string | undefined;
  readonly key: string;
  readonly secret: Secret;
  /** Where the secret came from, to read it again on resume; never the secret. */
  readonly secretSource: string;
  readonly chain?: undefined;
}

/** A device proves it with a certificate that the profile's authority has signed. */
export interface ChainedProvisioning {
  readonly strategy: "x509-chain";
  readonly profile: string | undefined;
  /** The key that the profile has if its certificate is the one that signs. */
  readonly key: string;
  readonly chain: ChainPlan;
  readonly secret?: undefined;
}

/** The authority whose certificate the device profile has, and which signs that of every device. */
export interface ChainPlan {
  /** PEM, the one that signs first, each signed by the next: what a device shows behind its own. */
  readonly certificates: string;
  /** PEM. */
  readonly key: Secret;
  /** Common name of a device's certificate, with {name}; the profile's pattern takes the name out of it again. */
  readonly commonName: string;
  /** The provision keys that a profile has which holds one of these certificates: its SHA3-256, in the same order. */
  readonly profileKeys: readonly string[];
}

/** Where the devices of one group go, and the device profile that they are of. */
export interface GroupPlan {
  readonly name: string;
  readonly target: Target;
  readonly provisioning: KeyedProvisioning;
  /** Of another tenant than the scenario's; absent: that of the scenario sees this group too. */
  readonly admin?: GroupAdmin | undefined;
}

/** Who the devices of one group are. */
export interface FleetGroup {
  readonly name: string;
  /** Those of all groups add up to the fleet's. */
  readonly count: number;
  readonly mix: readonly CredentialsPlan[];
}

export interface FleetPlan {
  /** Of a plan with a phase that ends by time: at most so many. */
  readonly count: number;
  /** The number of its first device, and of the first name of a list; default 0: a run that goes on with another begins past that. */
  readonly firstSeq?: Seq;
  readonly seed: number;
  /** Where names come from. A pattern may use {prefix}, {seq}, {seq:6} (zero-padded) and, with groups, {group}. */
  readonly names:
    | { readonly from: "pattern"; readonly pattern: string }
    | { readonly from: "server" }
    | { readonly from: "blank" }
    | { readonly from: "list"; readonly names: readonly string[] };
  /** Picked per device by weight, from the seed. At least one. Of a fleet with groups: all that any of them has. */
  readonly mix: readonly CredentialsPlan[];
  /** Kinds of devices side by side; which one a device is of: see createGroupOf. Absent: there is one kind. */
  readonly groups?: readonly FleetGroup[];
  readonly gateway: boolean;
  /** What a device does after a time-out or a lost connection; absent: it gives up. */
  readonly retry?: RetryPlan;
  /** Shares of the fleet (0 to 1) that misbehave on purpose. */
  readonly misbehaviours: readonly { readonly kind: Misbehaviour; readonly share: number }[];
}

export type CredentialsPlan = { readonly weight: number } & (
  | { readonly type: "access-token"; readonly made: "given" | "server" }
  | { readonly type: "mqtt-basic"; readonly fields: readonly ("clientId" | "username" | "password")[] }
  | { readonly type: "x509"; readonly key: "ec-p256" | "ed25519" | "rsa-2048"; readonly form: "pem" | "base64" }
);

export interface Phase {
  readonly name: string;
  /** Run and recorded, but not part of the headline figures. */
  readonly warmup: boolean;
  readonly firstSeq: Seq;
  /** Of one that ends by time: at most so many. */
  readonly devices: number;
  readonly shape: Shape;
}

/** Rates are arrivals a second of the whole run; times are relative to the phase's start. */
export type Shape =
  /** With a duration, no device is started after it, and those that were not are not part of the load. */
  | { readonly kind: "closed"; readonly concurrency: number; readonly duration?: Us }
  | { readonly kind: "burst" }
  | { readonly kind: "constant"; readonly rate: number }
  | { readonly kind: "poisson"; readonly rate: number }
  | { readonly kind: "ramp"; readonly from: number; readonly to: number; readonly duration: Us }
  /** The rate goes in a straight line to each target in turn, as in k6. */
  | { readonly kind: "stages"; readonly from: number; readonly stages: readonly Stage[] }
  | {
      readonly kind: "spike";
      readonly base: number;
      readonly peak: number;
      readonly before: Us;
      readonly during: Us;
      readonly after: Us;
    };

interface Stage {
  readonly target: number;
  readonly duration: Us;
}

/** Where an issued credential is tried: where it was issued, at one of the other places, or at each of all. */
export type LoginPlaces = "same" | "other" | "each";

export interface RollCallPlan {
  readonly when: "after" | "inline" | "off";
  /** At which of several places; absent: where it was issued. */
  readonly at?: Exclude<LoginPlaces, "same"> | undefined;
  /** For the whole run; the generators share it. */
  readonly concurrency: number;
  /** Logins a second of the whole run; undefined: as fast as the concurrency allows. */
  readonly rate: number | undefined;
  /** How long the sessions stay connected after the roll call; 0: each is closed at once. */
  readonly hold: Us;
  readonly keepAliveSeconds: number;
  readonly negativeControl: boolean;
  /** What a device does beyond its login, and must be answered; absent: nothing. */
  readonly proof?: "telemetry" | "attributes" | undefined;
}

export interface Timeouts {
  /** TCP and TLS. */
  readonly connect: Us;
  /** To CONNACK, from connected. */
  readonly accept: Us;
  /** To the answer, from sent. ThingsBoard's own is 10 to 20 s. */
  readonly answer: Us;
  /** A login of the roll call, whole, with what proves it. */
  readonly login: Us;
}

/** A quantity of the summary, e.g. `roundTrip.p99`, `failureRate`, `connected`. */
export interface ThresholdPlan {
  /** As written in the scenario. */
  readonly text: string;
  readonly left: string;
  readonly operator: "<" | "<=" | ">" | ">=" | "==" | "!=";
  /** A number in the left side's unit (microseconds for times, 0 to 1 for rates), or another quantity. */
  readonly right: number | string;
  /** A run that is seen to miss it stops, but not before `delay` of it has passed; absent: it is judged at the end alone. */
  readonly abort?: { readonly delay: Us } | undefined;
}
