import type { CredentialsType, Misbehaviour } from "./device.ts";
import type { Seq, Us } from "./units.ts";

/** Points in the life of one device at which its clock is read, each once, in this order. */
export const STAGES = ["connected", "accepted", "subscribed", "sent", "acknowledged", "answered"] as const;
export type Stage = (typeof STAGES)[number];

/** Points in one login of the roll call. */
export type LoginStage = "connected" | "admitted" | "proved";

/** Every way in which a wire can fail. One file per wire turns its errors into these; nothing ends unclassified. */
export const FAILURE_KINDS = [
  /** ECONNREFUSED: nobody listens on that port. */
  "connection-refused",
  /** EHOSTUNREACH, ENETUNREACH, ETIMEDOUT from the kernel. */
  "host-unreachable",
  /** The host name has no address. */
  "name-not-resolved",
  /** TCP (and TLS) not established within the time-out. */
  "connect-timeout",
  /** TLS handshake refused or certificate not trusted. */
  "tls-failed",
  /** ECONNRESET or EPIPE. */
  "connection-reset",
  /** Closed in an orderly way before CONNACK. */
  "closed-before-accept",
  /** Connected, but no CONNACK within the time-out. */
  "accept-timeout",
  /** CONNACK with a code other than 0 for a provision session. */
  "session-refused",
  /** Closed after CONNACK and before any answer or PUBACK. */
  "closed-before-answer",
  /** PUBACK, then closed without an answer: ThingsBoard's server error or time-out, as up to MQTT 3.1.1 it shows. */
  "acknowledged-not-answered",
  /**
   * ThingsBoard's server error or time-out, where the wire can say so: PUBACK 0x83 (MQTT 5), HTTP 5xx without its error object,
   * CoAP 5.xx. Of MQTT 5 a request with a missing field looks the same.
   */
  "server-error",
  /** PUBACK with any other error reason (MQTT 5), or another HTTP or CoAP status than a reply has: refused, redirected, or not understood. */
  "request-refused",
  /** HTTP 429, CoAP 4.29, MQTT 5 quota or rate: refused by a rate limit, and nothing was created. */
  "rate-limited",
  /** No answer within the time-out. */
  "answer-timeout",
  /** Bytes that are not the protocol. */
  "protocol-error",
  /** An answer that cannot be read, or that names a status or a credentials type which does not exist. */
  "unreadable-answer",
  /** EMFILE, EADDRNOTAVAIL, ENOBUFS, …: this machine is at fault, not the target. */
  "local-limit",
  /** rollcall threw: a bug, told for the one device that met it. */
  "internal-error",
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/**
 * After these a device with a retry policy tries again: nothing came back that says yes or no. "server-error" is among them: over
 * MQTT 3.1.1 the same trouble of ThingsBoard's shows as a closed connection. Answers are not, nor what this machine is to blame for.
 */
export const RETRIED_KINDS: readonly FailureKind[] = [
  "connection-refused",
  "host-unreachable",
  "name-not-resolved",
  "connect-timeout",
  "connection-reset",
  "closed-before-accept",
  "accept-timeout",
  "closed-before-answer",
  "acknowledged-not-answered",
  "server-error",
  "answer-timeout",
];

/** Kinds that blame the generator or its machine; they count towards validity, not against the target. */
export const LOCAL_KINDS: readonly FailureKind[] = ["local-limit", "internal-error"];

/** Own deadlines that passed: the true value is longer than the recorded one. */
export const TIMEOUT_KINDS: readonly FailureKind[] = ["connect-timeout", "accept-timeout", "answer-timeout"];

/** Statuses of an answer other than SUCCESS; NOT_AUTHORIZED: of strategy x509-chain, whose answer is the CONNACK. */
export const REJECTION_STATUSES = ["NOT_FOUND", "FAILURE", "NOT_AUTHORIZED"] as const;
export type RejectionStatus = (typeof REJECTION_STATUSES)[number];

export type Result =
  | { readonly state: "provisioned"; readonly credentialsType: CredentialsType }
  | { readonly state: "rejected"; readonly status: RejectionStatus; readonly message: string }
  | {
      readonly state: "failed";
      readonly kind: FailureKind;
      readonly detail: string;
      /** A request left, of this attempt or one before, and no answer came that tells: the server may have created the device ("ghost"). */
      readonly unknown: boolean;
    }
  /** Stopped by the user's second Ctrl-C while in flight. `unknown` as above. */
  | { readonly state: "aborted"; readonly unknown: boolean }
  /** Never started: the in-flight cap was reached at its intended time, or the run was stopped before it (`interrupted`). */
  | { readonly state: "dropped"; readonly reason: "in-flight-cap" | "interrupted" };

export type OutcomeState = Result["state"];

/** One of several attempts of a device, where its plan lets it try again. */
export interface AttemptFacts {
  /** From 1. */
  readonly number: number;
  /** When it was due: the arrival's time, or the failure before plus the wait. */
  readonly intended: Us;
  readonly started: Us;
  /** Numbers of the attempts, up to this one, whose request left and got no answer that tells: each may have made its device. */
  readonly unanswered: readonly number[];
  /** Why no other followed, though its device was to try again; absent: none was due. */
  readonly cut?: "stopped" | "in-flight-cap";
}

/** What became of one arrival: one for every seq, whatever happens. */
export interface Outcome {
  readonly seq: Seq;
  readonly name: string | undefined;
  /** Index into plan.phases. */
  readonly phase: number;
  /** The schedule's time; under closed load equal to `started`. */
  readonly intended: Us;
  /** Undefined for dropped arrivals. */
  readonly started: Us | undefined;
  /** Stage times; a stage that was not reached is absent. */
  readonly marks: Readonly<Partial<Record<Stage, Us>>>;
  /** The attempt that ended it, whose marks these are; absent: the first, and there was no other. */
  readonly attempt?: AttemptFacts;
  /** At most so long the answer may have lain unread in the generator; absent: there was none, or it was not watched (0.1.0). */
  readonly unread?: Us;
  /** The address that it was connected to; absent: it came to none, or nobody looked (0.1.0). */
  readonly peer?: string;
  /** The local address that its connection came from, or was to come from; absent: the system chose it. */
  readonly source?: string;
  /** Which of several places it was sent to, whether it came there or not; absent: there is one. */
  readonly place?: string;
  readonly ended: Us;
  readonly result: Result;
  readonly misbehaviour: Misbehaviour | undefined;
}

/** When the attempt started whose marks an outcome has: the only one, or its last. */
export function attemptStart({ started, attempt }: Outcome): Us | undefined {
  return attempt?.started ?? started;
}

/** What the roll call found for one issued credential. */
export type Verdict =
  | { readonly state: "connected" }
  /** Admitted, and then what it published was not acknowledged, or what it asked not answered. */
  | { readonly state: "mute"; readonly kind: FailureKind; readonly detail: string }
  /** `code` as the wire gives it (CONNACK code, HTTP or CoAP status), `reason` its name in words, e.g. "5 not authorised". */
  | { readonly state: "refused"; readonly code: number; readonly reason: string }
  | { readonly state: "unreachable"; readonly kind: FailureKind; readonly detail: string };

export type VerdictState = Verdict["state"];

/** Devices called, by their verdict; `mute`: only where there are some. */
export type VerdictCounts = Readonly<Record<Exclude<VerdictState, "mute">, number>> & { readonly mute?: number };

export function calledIn({ connected, mute = 0, refused, unreachable }: VerdictCounts): number {
  return connected + mute + refused + unreachable;
}

/** "uncalled": issued, but the run was stopped before its turn. */
export type LoginVerdict = Verdict | { readonly state: "uncalled" };

/** One login of a device. */
export interface RollCallEntry {
  readonly seq: Seq;
  readonly name: string | undefined;
  readonly started: Us;
  readonly marks: Readonly<Partial<Record<LoginStage, Us>>>;
  /** The address that the login was connected to; absent: it came to none, or nobody looked (0.2.0). */
  readonly peer?: string;
  readonly source?: string;
  readonly ended: Us;
  readonly verdict: LoginVerdict;
  /** "inline": called at once after its provisioning; "after": when the load had ended. */
  readonly when: "inline" | "after";
  /** Which of several places it logged in at; absent: there is one, or it was not called. */
  readonly place?: string;
  /** Which of several places issued its credentials; absent: there is one. */
  readonly issuedAt?: string;
  /** So many logins of this device were still to follow, of which the last has the verdict on the device; absent: this is the last. */
  readonly more?: number;
  /** On the last of several logins, where another was worse: the worst of them. */
  readonly device?: LoginVerdict;
}

/** What the roll call found for the device: the worst of its logins. Undefined: another login of it follows. */
export function deviceVerdict({ verdict, more, device }: RollCallEntry): LoginVerdict | undefined {
  return more !== undefined ? undefined : (device ?? verdict);
}

const BY_WEIGHT: readonly LoginVerdict["state"][] = ["connected", "uncalled", "mute", "unreachable", "refused"];

/** A refusal says more than silence, silence more than what came after a login, and each of them more than that nobody asked. */
export function worseVerdict(a: LoginVerdict, b: LoginVerdict): LoginVerdict {
  return BY_WEIGHT.indexOf(b.state) > BY_WEIGHT.indexOf(a.state) ? b : a;
}

/** One login of a device whose held session was lost, where its plan lets it try again. */
export interface ReconnectEntry {
  readonly seq: Seq;
  readonly name: string | undefined;
  /** When the session was lost. */
  readonly lost: Us;
  /** From 1, after each loss. */
  readonly number: number;
  /** The loss, or the end of the login before, plus the wait. */
  readonly intended: Us;
  readonly started: Us;
  readonly marks: Readonly<Partial<Record<LoginStage, Us>>>;
  readonly peer?: string;
  readonly source?: string;
  /** Which of several places it logged in at; absent: there is one. */
  readonly place?: string;
  readonly ended: Us;
  /** "uncalled": the hold ended while it logged in. */
  readonly verdict: RollCallEntry["verdict"];
}
