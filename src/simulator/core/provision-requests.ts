import type { CredentialFaults } from "./credential-faults.ts";
import { type Fault, type FaultPicker, delayOf } from "./faults.ts";
import { type Breakable, breakOff } from "../transports/link-faults.ts";
import { BadRequest } from "../payload/provision-json.ts";
import type { PayloadForm } from "../payload/provision-payload.ts";
import type { ProvisionReply } from "./provision-reply.ts";
import type { ProvisionRequest, Provisioning } from "./provisioning.ts";
import { markLost, markTold } from "./provision-reply.ts";
import { type Tally, countReply } from "./tally.ts";
import type { Timers } from "../timing/timers.ts";
import type { TransportApi } from "../timing/transport-api.ts";

export interface ProvisionRequestsDeps {
  readonly transport: TransportApi;
  readonly provisioning: Provisioning;
  readonly faults: FaultPicker;
  readonly credentialFaults: CredentialFaults;
  readonly timers: Timers;
  readonly tally: Tally;
  /** The time limit of a request to the core. */
  readonly requestTimeoutMs: number;
}

/** How an answer is told; `acknowledged`: not at all, but for its acknowledgement where there is one. */
export type Manner = "once" | "twice" | "in-pieces" | "to-somebody-else" | "acknowledged";

/** One provision request on its transport, and what can be done about it: one of these, once. */
export interface ProvisionExchange extends Breakable {
  /** Somebody can still hear the answer. */
  isOpen(): boolean;
  /** The core's reply. */
  reply(reply: ProvisionReply, form: PayloadForm, manner: Manner): void;
  /** Not understood. */
  misunderstood(error: BadRequest): void;
  /** The core's error, or its time-out. */
  fail(): void;
}

/** A provision request from its transport to the core and back, with the faults that strike it: the same for each transport. */
export interface ProvisionRequests {
  /** `read` throws BadRequest. */
  ask(
    exchange: ProvisionExchange,
    read: () => { readonly request: ProvisionRequest; readonly form: PayloadForm },
  ): void;
}

export function createProvisionRequests(deps: ProvisionRequestsDeps): ProvisionRequests {
  const { tally, timers } = deps;

  const fail = (exchange: ProvisionExchange): void => {
    tally.unanswered += 1;
    exchange.fail();
  };

  const tell = (exchange: ProvisionExchange, reply: ProvisionReply, form: PayloadForm, manner: Manner): void => {
    if (!exchange.isOpen()) return markLost(reply);
    countReply(tally, reply);
    exchange.reply(reply, form, manner);
    if (manner === "to-somebody-else" || manner === "acknowledged") markLost(reply);
    else markTold(reply);
  };

  /** The core's reply to what `fault` has struck. */
  const spoil = (exchange: ProvisionExchange, reply: ProvisionReply, form: PayloadForm, fault: Fault): void => {
    switch (fault.kind) {
      case "ghost":
        markLost(reply);
        timers.after(fault.ms ?? deps.requestTimeoutMs, () => fail(exchange));
        return;
      case "delay":
        timers.after(delayOf(fault), () => tell(exchange, reply, form, "once"));
        return;
      default:
        tell(exchange, deps.credentialFaults.replace(reply, fault), form, mannerOf(fault));
    }
  };

  return {
    ask: (exchange, read) => {
      tally.requests += 1;
      let asked: ReturnType<typeof read>;
      try {
        asked = read();
      } catch (error) {
        if (!(error instanceof BadRequest)) throw error;
        tally.badRequests += 1;
        return exchange.misunderstood(error);
      }
      const { request, form } = asked;
      const fault = deps.faults.pick("request", request.deviceName);
      if (fault !== undefined) tally.faults += 1;
      if (fault !== undefined && breakOff(exchange, fault)) return;
      if (fault?.kind === "queue-full") return fail(exchange);
      const ask = (): void =>
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
      if (fault?.kind !== "late") return ask();
      tally.late += 1;
      timers.after(delayOf(fault), () => {
        tally.late -= 1;
        ask();
      });
    },
  };
}

function mannerOf({ kind }: Fault): Manner {
  switch (kind) {
    case "duplicate":
      return "twice";
    case "fragment":
      return "in-pieces";
    case "other-topic":
      return "to-somebody-else";
    case "acknowledge-only":
      return "acknowledged";
    default:
      return "once";
  }
}
