import type {
  Account,
  ServerFacts,
  ServerProfile,
  TenantLimits,
  TenantUsage,
  TransportState,
} from "../model/administration.ts";
import type { CredentialsType } from "../model/device.ts";
import type { FailureKind, RejectionStatus, Verdict } from "../model/outcome.ts";
import type { Plan } from "../model/plan.ts";
import type { NegativeControl } from "../model/summary.ts";
import type { Fact } from "./fact.ts";
import type { Finding } from "./finding.ts";

/** Begins the name of each doctor's device, in any tenant. */
export const PROBE_PREFIX = "rollcall-doctor-";

/** All that was seen before anything is judged: each part by one visit. */
export interface Examination {
  readonly plan: Plan;
  /** Of the run's devices, those that come to the tenant that is looked at: 1 is all. */
  readonly ofTenant: number;
  /** Milliseconds since 1970, by this machine. */
  readonly examinedAt: number;
  readonly name: Fact<NameVisit>;
  readonly port: Fact<PortVisit>;
  /** Of several, of which all else is asked of the first; absent: there is one. */
  readonly places?: readonly PlaceVisit[];
  readonly tls: Fact<TlsVisit>;
  readonly greeting: Fact<Greeting>;
  readonly administrator: Fact<AdministratorVisit>;
  readonly usage: Fact<TenantUsage>;
  readonly transportState: Fact<TransportState>;
  readonly limits: Fact<TenantLimits>;
  readonly profile: Fact<ProfileVisit>;
  readonly names: Fact<NamesVisit>;
  /** Names of devices that earlier doctors left behind; not all, where they are many. */
  readonly earlierProbes: Fact<readonly string[]>;
  readonly probe: Fact<Probe>;
  readonly machine: readonly NamedFinding[];
  /** What the machines have that will make the load, where this one does not. */
  readonly workers: readonly NamedFinding[];
  readonly scenario: ScenarioFacts;
}

export type NameVisit =
  /** The host is an address itself. */
  | { readonly kind: "address" }
  | { readonly kind: "found"; readonly addresses: readonly string[]; readonly ms: number }
  | { readonly kind: "missing"; readonly detail: string };

export type PortVisit =
  | { readonly kind: "open"; readonly ms: number }
  | { readonly kind: "closed"; readonly failure: FailureKind; readonly detail: string };

export interface PlaceVisit {
  readonly name: string;
  readonly port: PortVisit;
}

export type TlsVisit =
  | { readonly kind: "handshake"; readonly handshake: Handshake }
  | { readonly kind: "failed"; readonly detail: string };

export interface Handshake {
  /** TLSv1.2 or TLSv1.3. */
  readonly protocol: string;
  readonly cipher: string;
  /** The server's own first, as it sent them. */
  readonly chain: readonly CertificateFacts[];
  /** Why it is not trusted (OpenSSL's code); undefined: it is. */
  readonly distrust: string | undefined;
  /** Files of authorities that would make it trusted. */
  readonly trustedWith: readonly string[];
  /** The name that it must have, and why it has not; undefined: it has. */
  readonly expectedName: string;
  readonly nameMismatch: string | undefined;
  /** Names that it does have. */
  readonly names: readonly string[];
  /** Who is trusted by target.tls.ca. */
  readonly ownAuthorities: readonly string[];
}

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly selfSigned: boolean;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
  readonly fingerprint: string;
}

export type Greeting =
  /** As ThingsBoard greets a provision session; over HTTP and CoAP: as it refuses a token that nobody has. */
  | { readonly kind: "thingsboard"; readonly ms: number; readonly said: string }
  /** An MQTT broker that lets a provision session subscribe to everything. */
  | { readonly kind: "other-broker"; readonly said: string }
  | { readonly kind: "refused"; readonly said: string }
  /** Something else: what, as far as it can be told. */
  | { readonly kind: "other"; readonly what: string; readonly speaksTls: boolean }
  | { readonly kind: "unreachable"; readonly detail: string }
  /** Takes the connection and closes it, or says nothing. */
  | { readonly kind: "closes" | "silent"; readonly ms: number };

export type AdministratorVisit =
  | {
      readonly kind: "admitted";
      readonly server: ServerFacts;
      readonly account: Account;
      readonly askedAt: number;
      readonly answeredAt: number;
    }
  | { readonly kind: "refused"; readonly message: string; readonly hint: string };

export interface ProfileVisit {
  /** With the scenario's provision key; undefined: there is none in this tenant. */
  readonly byKey: ServerProfile | undefined;
  /** With the scenario's profile name, where it gives one. */
  readonly byName: ServerProfile | undefined;
}

export interface NamesVisit {
  /** Names of the fleet that were looked up. */
  readonly asked: readonly string[];
  readonly existing: readonly { readonly name: string; readonly inProfile: boolean }[];
}

/** One device, provisioned and logged in as the run would do it. */
export interface Probe {
  readonly device: string;
  /** Made beforehand by the administrator: pre-provisioned devices must exist. */
  readonly prepared: boolean;
  readonly answer:
    | { readonly state: "provisioned"; readonly credentialsType: CredentialsType; readonly roundTripMs: number }
    | {
        readonly state: "rejected";
        readonly status: RejectionStatus;
        readonly message: string;
        readonly roundTripMs: number;
      }
    | { readonly state: "failed"; readonly kind: FailureKind; readonly detail: string };
  /** The round trip of each SUCCESS: the first device, then the same device again after it had been deleted. A server that has just begun is slow at first. */
  readonly roundTripsMs: readonly number[];
  /** Undefined: there was nothing to log in with. */
  readonly login: Verdict | undefined;
  /** How long that took, alone on the server. */
  readonly loginMs: number | undefined;
  readonly control: { readonly result: NegativeControl; readonly detail: string } | undefined;
  /** The same login once more, after the wrong one. */
  readonly again: Verdict | undefined;
  readonly removal: Removal;
  /** Milliseconds by which the server's clock is ahead, from the device's time of creation: between these two. */
  readonly skew: { readonly least: number; readonly most: number } | undefined;
}

export type Removal =
  | { readonly state: "nothing-made" | "removed" }
  /** It stays on the server: why, in words. */
  | { readonly state: "left"; readonly why: string }
  /** What has its name on the server is not what was made here: why, in words. */
  | { readonly state: "foreign"; readonly why: string }
  /** Nobody can say whether it exists. */
  | { readonly state: "unclear"; readonly why: string };

/** A finding of one check. */
export interface NamedFinding extends Finding {
  readonly check: string;
}

/** What the scenario's own fields come to. */
export interface ScenarioFacts {
  /** What loading it warned of. */
  readonly warnings: readonly string[];
  /** Each run has names of its own. */
  readonly freshNames: boolean;
  /** The longest client id among the fleet's MQTT_BASIC credentials; undefined: it has none. */
  readonly longestClientId: string | undefined;
}
