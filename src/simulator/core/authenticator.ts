import type { PeerCertificates } from "./certificates.ts";
import type { DeviceRecord, DeviceStore } from "./device-store.ts";
import { type Fault, type FaultPicker, delayOf } from "./faults.ts";
import { breakLink } from "../transports/link-faults.ts";
import { type Link, type LoginRefusal, REASON } from "../transports/link.ts";
import { type LoginAttempt, findDevice, findDeviceByCertificate } from "./login.ts";
import type { Tally } from "./tally.ts";
import type { Timers } from "../timing/timers.ts";
import type { TransportApi } from "../timing/transport-api.ts";
import type { TransportLimits } from "../transports/transport-limits.ts";
import type { VersionTraits } from "./version-table.ts";

export type LoginResult = { readonly device: DeviceRecord } | { readonly refused: LoginRefusal };

export interface Authenticator {
  login(
    attempt: LoginAttempt,
    peer: PeerCertificates | undefined,
    link: Link,
    done: (result: LoginResult) => void,
  ): void;
}

const refusal = (returnCode: number, reason: number, disconnect = reason): LoginRefusal => ({
  returnCode,
  reason,
  disconnect,
});
const WRONG_USER = refusal(5, REASON.badUserNameOrPassword);
const WRONG_CLIENT_ID = refusal(2, REASON.badClientId);
const NOTHING_OFFERED = refusal(5, REASON.notAuthorized);
/** X.509, unknown or expired: decided at CONNECT, never in the handshake (MTH:1097-1137). */
const WRONG_CERTIFICATE = refusal(5, REASON.notAuthorized);
const UNAVAILABLE = refusal(3, REASON.serverUnavailable, REASON.serverBusy);
const OVER_LIMIT = refusal(3, REASON.connectionRateExceeded, REASON.messageRateTooHigh);
/** Transport types whose devices may come over MQTT (DTS:416-419). */
const MQTT_TRANSPORTS: readonly string[] = ["DEFAULT", "MQTT"];

/** CONNACK table of the contract, section 4. */
function refusalOf(attempt: LoginAttempt): LoginRefusal {
  if (attempt.userName !== "" || (attempt.password ?? "") !== "") return WRONG_USER;
  return attempt.clientId.trim() === "" ? NOTHING_OFFERED : WRONG_CLIENT_ID;
}

export function createAuthenticator(deps: {
  readonly store: DeviceStore;
  readonly transport: TransportApi;
  readonly faults: FaultPicker;
  readonly timers: Timers;
  readonly tally: Tally;
  readonly limits: TransportLimits;
  readonly traits: VersionTraits;
  /** Whether the transport that is asked has heard of a device. */
  readonly knows: (device: DeviceRecord) => boolean;
}): Authenticator {
  const { store, tally } = deps;
  // The releases without DISCONNECT say no more than that the server is not available.
  const overLimit = deps.traits.disconnectPacket ? OVER_LIMIT : UNAVAILABLE;

  const decide = (attempt: LoginAttempt, peer: PeerCertificates | undefined): LoginResult => {
    if (peer !== undefined) {
      const device = peer.expired ? undefined : findDeviceByCertificate(store, peer.leaf);
      return device === undefined || !deps.knows(device) ? { refused: WRONG_CERTIFICATE } : open(device);
    }
    const device = findDevice(store, attempt);
    return device === undefined || !deps.knows(device) ? { refused: refusalOf(attempt) } : open(device);
  };

  const open = (device: DeviceRecord): LoginResult => {
    if (!MQTT_TRANSPORTS.includes(device.profile.settings.transport)) return { refused: UNAVAILABLE };
    return deps.limits.open(device) ? { device } : { refused: overLimit };
  };

  const finish = (result: LoginResult, done: (result: LoginResult) => void): void => {
    if ("device" in result) tally.admitted += 1;
    else tally.refused += 1;
    done(result);
  };

  /** The result under `fault`; one that never comes is undefined. */
  const spoil = (result: LoginResult, attempt: LoginAttempt, link: Link, fault: Fault): LoginResult | undefined => {
    tally.faults += 1;
    if (breakLink(link, fault)) return undefined;
    if (fault.kind === "queue-full") return { refused: UNAVAILABLE };
    if (fault.kind === "refuses-good" && "device" in result) return { refused: refusalOf(attempt) };
    if (fault.kind === "admits-anyone" && "refused" in result) {
      const [anyone] = store.devices();
      return anyone === undefined ? result : { device: anyone };
    }
    return result;
  };

  return {
    login: (attempt, peer, link, done) => {
      tally.logins += 1;
      deps.transport.ask<LoginResult>(
        "login",
        () => decide(attempt, peer),
        (answer) => {
          const result = answer ?? { refused: UNAVAILABLE };
          const fault = deps.faults.pick("login", "device" in result ? result.device.name : undefined);
          const spoilt = fault === undefined ? result : spoil(result, attempt, link, fault);
          if (spoilt === undefined) return;
          if (fault?.kind === "delay") deps.timers.after(delayOf(fault), () => finish(spoilt, done));
          else finish(spoilt, done);
        },
        () => undefined,
      );
    },
  };
}
