import type { CredentialFaults } from "./credential-faults.ts";
import type { DeviceRecord, DeviceStore } from "./device-store.ts";
import { type Fault, type FaultPicker, type FaultPoint, delayOf } from "./faults.ts";
import { findDeviceByToken } from "./login.ts";
import { BadRequest } from "./provision-json.ts";
import type { PayloadForm } from "./provision-payload.ts";
import type { ProvisionReply, ProvisionRequest, Provisioning } from "./provisioning.ts";
import { type Tally, countReply, markLost, markTold } from "./tally.ts";
import type { Timers } from "./timers.ts";
import type { TransportApi } from "./transport-api.ts";
import type { VersionTraits } from "./version-table.ts";

export interface DeviceApiDeps {
  readonly traits: VersionTraits;
  readonly store: DeviceStore;
  readonly transport: TransportApi;
  readonly provisioning: Provisioning;
  readonly faults: FaultPicker;
  readonly credentialFaults: CredentialFaults;
  readonly timers: Timers;
  readonly tally: Tally;
  /** Of a request to the core. */
  readonly requestTimeoutMs: number;
}

/** How an answer is told. */
export type Manner = "once" | "twice" | "in-pieces" | "to-somebody-else";

/** One request over HTTP or CoAP, and what can be done about it: one of these, once. */
export interface Exchange {
  /** Somebody can still hear the answer. */
  readonly open: boolean;
  /** The core's reply to a provision request. */
  reply(reply: ProvisionReply, form: PayloadForm, manner: Manner): void;
  /** Not understood; `message` as ThingsBoard words it. */
  misunderstood(message: string): void;
  /** The core's error, or its time-out. */
  fail(): void;
  /** Unknown, or no access token. */
  unauthorized(): void;
  /** The connection is closed in an orderly way, where there is one. */
  close(): void;
  reset(): void;
  /** Bytes that are not the protocol. */
  garbage(): void;
  /** No more is heard of it. */
  forget(): void;
}

/** What devices ask over HTTP and CoAP alike (contract, section 5), with the faults that strike them. */
export interface DeviceApi {
  /** What comes first, whatever it asks; `serve` goes on with it. */
  accept(exchange: Exchange, serve: () => void): void;
  /** `read` throws BadRequest. */
  provision(exchange: Exchange, read: () => { readonly request: ProvisionRequest; readonly form: PayloadForm }): void;
  /** `admit`: the token is that of this device. */
  login(exchange: Exchange, token: string, admit: (device: DeviceRecord) => void): void;
}

export function createDeviceApi(deps: DeviceApiDeps): DeviceApi {
  const { tally, timers, store } = deps;

  const strike = (point: FaultPoint, device: string | undefined): Fault | undefined => {
    const fault = deps.faults.pick(point, device);
    if (fault !== undefined) tally.faults += 1;
    return fault;
  };

  const fail = (exchange: Exchange): void => {
    tally.unanswered += 1;
    exchange.fail();
  };

  const tell = (exchange: Exchange, reply: ProvisionReply, form: PayloadForm, manner: Manner): void => {
    if (!exchange.open) return markLost(reply);
    countReply(tally, reply);
    exchange.reply(reply, form, manner);
    if (manner === "to-somebody-else") markLost(reply);
    else markTold(reply);
  };

  /** The core's reply to what `fault` has struck. */
  const spoil = (exchange: Exchange, reply: ProvisionReply, form: PayloadForm, fault: Fault): void => {
    switch (fault.kind) {
      case "ghost":
        markLost(reply);
        timers.after(fault.ms ?? deps.requestTimeoutMs, () => fail(exchange));
        return;
      case "acknowledge-only":
        // CoAP acknowledges by itself what takes long; HTTP has nothing to say but the answer.
        countReply(tally, reply);
        markLost(reply);
        return;
      case "delay":
        timers.after(delayOf(fault), () => tell(exchange, reply, form, "once"));
        return;
      default:
        tell(exchange, deps.credentialFaults.replace(reply, fault), form, mannerOf(fault));
    }
  };

  return {
    accept: (exchange, serve) => {
      const fault = strike("accept", undefined);
      if (fault?.kind === "slow-accept") timers.after(delayOf(fault), serve);
      else if (fault === undefined || !breakExchange(exchange, fault)) serve();
    },

    provision: (exchange, read) => {
      tally.requests += 1;
      let asked: ReturnType<typeof read>;
      try {
        asked = read();
      } catch (error) {
        if (!(error instanceof BadRequest)) throw error;
        tally.badRequests += 1;
        return exchange.misunderstood(error.message);
      }
      const { request, form } = asked;
      const fault = strike("request", request.deviceName);
      if (fault !== undefined && breakExchange(exchange, fault)) return;
      if (fault?.kind === "queue-full") return fail(exchange);
      deps.transport.ask(
        "provision",
        (disturbed) => deps.provisioning.decide(request, disturbed || fault?.kind === "false-failure"),
        (reply) => {
          if (reply === undefined) fail(exchange);
          else if (fault === undefined) tell(exchange, reply, form, "once");
          else spoil(exchange, reply, form, fault);
        },
        markLost,
      );
    },

    login: (exchange, token, admit) => {
      tally.logins += 1;
      const finish = (device: DeviceRecord | undefined): void => {
        if (device === undefined) {
          tally.refused += 1;
          exchange.unauthorized();
        } else {
          tally.admitted += 1;
          admit(device);
        }
      };
      deps.transport.ask(
        "login",
        () => ({ device: findDeviceByToken(store, token) }),
        (found) => {
          const fault = strike("login", found?.device?.name);
          if (fault !== undefined && breakExchange(exchange, fault)) return;
          if (found === undefined || fault?.kind === "queue-full") return exchange.fail();
          const device = spoilLogin(store, found.device, fault);
          if (fault?.kind === "delay") timers.after(delayOf(fault), () => finish(device));
          else finish(device);
        },
        () => undefined,
      );
    },
  };
}

/** Faults after which there is no answer, or none worth the name. False: `fault` is none of them. */
function breakExchange(exchange: Exchange, fault: Fault): boolean {
  if (fault.kind === "reset") exchange.reset();
  else if (fault.kind === "close") exchange.close();
  else if (fault.kind === "garbage") exchange.garbage();
  else if (fault.kind === "drop" || fault.kind === "half-open") exchange.forget();
  else return false;
  return true;
}

function mannerOf({ kind }: Fault): Manner {
  if (kind === "duplicate") return "twice";
  if (kind === "fragment") return "in-pieces";
  return kind === "other-topic" ? "to-somebody-else" : "once";
}

function spoilLogin(
  store: DeviceStore,
  device: DeviceRecord | undefined,
  fault: Fault | undefined,
): DeviceRecord | undefined {
  if (fault?.kind === "refuses-good") return undefined;
  const [anyone] = fault?.kind === "admits-anyone" && device === undefined ? store.devices() : [];
  return device ?? anyone;
}
