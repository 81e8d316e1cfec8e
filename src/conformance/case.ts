import type { Deletable } from "../model/deletion-proof.ts";
import type { MqttVersion } from "../model/plan.ts";
import type { Secret } from "../model/secret.ts";
import type { Endpoint, TlsOptions } from "../wires/socket/endpoint.ts";
import type { HttpTarget } from "../wires/http/http-exchange.ts";
import type { Expected } from "./columns.ts";
import type { Conversation } from "./conversation.ts";

export interface Access {
  readonly key: string;
  readonly secret: Secret;
}

/** What there is to try a server with. What is undefined makes the cases that need it not applicable. */
export interface Fixtures {
  readonly endpoint: Endpoint;
  /** A profile that lets new devices in. */
  readonly profile: Access;
  /** Where the HTTP device API is. */
  readonly http: HttpTarget | undefined;
  /** Where CoAP is. */
  readonly coap: { readonly host: string; readonly port: number } | undefined;
  /** Where MQTT over TLS is. */
  readonly tls: TlsFixtures | undefined;
  readonly admin: AdminFixtures | undefined;
  /** Whether rules are tried that take a minute to show. */
  readonly slow: boolean;
}

export interface TlsFixtures {
  /** Without a client's certificate. */
  readonly endpoint: Endpoint & { readonly tls: TlsOptions };
  /** PEM, of authorities that nobody else has. */
  readonly authorities: Readonly<Record<Authority, string>>;
  /** A key and a certificate of that common name, another for each `text`; signed by an authority, or by itself. */
  readonly certify: (commonName: string, text: string, authority?: Authority) => Promise<Identity>;
  /** One of its own that has ended. */
  readonly expired: (commonName: string, text: string) => Promise<Identity>;
}

export type Authority = "creating" | "knowing";

/** PEM pair; behind the certificate may come its authority's. */
export type Identity = NonNullable<TlsOptions["identity"]>;

/** What a tenant administrator can do for the cases. */
export interface AdminFixtures {
  /** A profile that only knows its own devices. */
  readonly preProvisioned: Access;
  /** A profile with key and secret whose strategy is off. */
  readonly disabled: Access;
  /** A profile that lets new devices in, which then may not log in over MQTT. */
  readonly coapOnly: Access;
  /** A device of the pre-provisioned profile, with an access token of the server's making. */
  readonly preCreate: (name: string) => Promise<void>;
  /** The flag of the device of that name; undefined: there is none. */
  readonly gatewayFlag: (name: string) => Promise<boolean | undefined>;
  /** Finds one of the suite's own devices; another of that name is left alone: RollcallError "conformance-device". */
  readonly deleteDevice: (name: string) => Promise<void>;
  /** Likewise: the id of the suite's own device of that name. */
  readonly deviceId: (name: string) => Promise<string>;
  /** Likewise: one of its server-side attributes. */
  readonly removeAttribute: (name: string, key: string) => Promise<void>;
  readonly deletions: DeletionFixtures;
  /** Profiles of the TLS fixtures' authorities: one makes devices, the other only knows its own; undefined: no TLS. */
  readonly chains: Readonly<Record<Authority, ChainFixture>> | undefined;
  /** The profile of the pre-provisioned devices, for calls of the REST API. */
  readonly ownProfile: { readonly id: string; readonly name: string };
  /** Any call of the REST API that takes nothing away, as the administrator. Rejects with RollcallError for 401, 403 and 429. */
  readonly rest: Rest;
  /** The same as whoever `authorization` makes it; undefined: nobody. Every status is an answer. */
  readonly restAs: (authorization: string | undefined, ...call: Parameters<Rest>) => Promise<RestAnswer>;
  /** What the administrator logs in with; undefined: an API key. */
  readonly account: { readonly username: string; readonly password: Secret } | undefined;
}

export interface ChainFixture {
  readonly id: string;
  /** By which a request finds it, as it finds any profile. */
  readonly key: string;
  /** What is before and behind a device's name in its certificate. */
  readonly around: readonly [before: string, behind: string];
}

/** What a server says where something cannot be deleted, and how a thing goes that should never have been made. */
interface DeletionFixtures {
  /** The pre-provisioned devices' profile, with devices in it. */
  ofOwnProfile(): Promise<RestAnswer>;
  /** What nobody has. */
  ofNothing(kind: Deletable): Promise<RestAnswer>;
  /** `answered`: what the server made of a request for something of that name. */
  takeAway(kind: Deletable, name: string, answered: RestAnswer): Promise<void>;
}

type Rest = (method: "GET" | "POST", path: string, body?: unknown) => Promise<RestAnswer>;

export interface RestAnswer {
  readonly status: number;
  /** {} where it is no object. */
  readonly body: Readonly<Record<string, unknown>>;
  /** As it came. */
  readonly value: unknown;
}

type Need = "admin" | "password" | "chains" | "http" | "coap" | "tls" | "slow";

/** What one case works with. Everything that it makes bears a name of its own. */
export interface Bench {
  readonly fixtures: Fixtures;
  /** A name that nothing else has. */
  name(part?: string): string;
  /** The same for a client id: no longer than MQTT 3.1 allows, the same each time. */
  shortName(): string;
  open(version: MqttVersion): Conversation;
  /** Over TLS, with a certificate of its own or without. */
  openTls(version: MqttVersion, identity: Identity | undefined): Conversation;
  readonly stop: AbortSignal;
}

/** One thing that a server is seen to do, in a short text that is the same each time. */
export interface ConformanceCase {
  /** Stable: results of two servers, or of one before and after, are compared by it. */
  readonly id: string;
  readonly title: string;
  /** Where docs/contract.md has the rule: section and topic, or the row of the table in section 7. */
  readonly row: string;
  readonly needs: readonly Need[];
  /** Refused logins are counted by the server: these cases run one at a time, with a good login after each. */
  readonly refusedLogin: boolean;
  readonly expected: Expected;
  /** Throws CameInstead where it cannot go on. */
  observe(bench: Bench): Promise<string>;
}

const ALL_VERSIONS: readonly MqttVersion[] = ["3.1", "3.1.1", "5"];

/** One case for each MQTT version; `v3` is expected of both the old ones. */
export function perVersion(family: {
  readonly id: string;
  readonly title: string;
  readonly row: string;
  readonly v3: Expected;
  readonly v5: Expected;
  readonly needs?: readonly Need[];
  readonly versions?: readonly MqttVersion[];
  readonly refusedLogin?: boolean;
  observe(talk: Conversation, bench: Bench): Promise<string>;
}): readonly ConformanceCase[] {
  const { id, title, row, v3, v5, needs = [], versions = ALL_VERSIONS, refusedLogin = false } = family;
  return versions.map((version) => ({
    id: `${id}@${version}`,
    title: `${title}, MQTT ${version}`,
    row,
    needs,
    refusedLogin,
    expected: version === "5" ? v5 : v3,
    observe: (bench) => family.observe(bench.open(version), bench),
  }));
}

/** For cases that need one. */
export function adminOf({ fixtures }: Pick<Bench, "fixtures">): AdminFixtures {
  if (fixtures.admin === undefined) throw new Error("a case uses an administrator without needing one");
  return fixtures.admin;
}
