import { storeTelemetry } from "../core/store-telemetry.ts";
import type { DeviceRecord, DeviceStore } from "../core/device-store.ts";
import { type Fault, type FaultPicker, type FaultPoint, delayOf } from "../core/faults.ts";
import { breakOff } from "./link-faults.ts";
import { findDeviceByToken } from "../core/login.ts";
import type { ProvisionExchange, ProvisionRequests } from "../core/provision-requests.ts";
import type { Tally } from "../core/tally.ts";
import type { Timers } from "../timing/timers.ts";
import type { TransportApi } from "../timing/transport-api.ts";

export interface DeviceApiDeps {
  readonly store: DeviceStore;
  readonly transport: TransportApi;
  readonly requests: ProvisionRequests;
  readonly faults: FaultPicker;
  readonly timers: Timers;
  readonly tally: Tally;
  /** Whether the transport that is asked has heard of a device. */
  readonly knows: (device: DeviceRecord) => boolean;
}

/** One request over HTTP or CoAP. */
export interface Exchange extends ProvisionExchange {
  /** Unknown, or no access token. */
  unauthorized(): void;
}

/** What devices ask over HTTP and CoAP alike (contract, section 5), with the faults that strike them. */
export interface DeviceApi {
  /** What comes first, whatever it asks; `serve` goes on with it. */
  accept(exchange: Exchange, serve: () => void): void;
  readonly provision: ProvisionRequests["ask"];
  /** Whether what a device says beyond its login is heard; else nobody answers. */
  hears(exchange: Exchange, device: DeviceRecord): boolean;
  /** What it published comes into the database, if no fault loses it. */
  stores(device: DeviceRecord, published: unknown): void;
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

  return {
    accept: (exchange, serve) => {
      const fault = strike("accept", undefined);
      if (fault?.kind === "slow-accept") timers.after(delayOf(fault), serve);
      else if (fault === undefined || !breakOff(exchange, fault)) serve();
    },

    hears: (exchange, device) => {
      const fault = strike("speech", device.name);
      if (fault === undefined) return true;
      if (!breakOff(exchange, fault)) exchange.forget();
      return false;
    },

    stores: (device, published) => {
      if (strike("store", device.name) === undefined) storeTelemetry(device, published);
    },

    provision: (exchange, read) => deps.requests.ask(exchange, read),

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
        () => {
          const device = findDeviceByToken(store, token);
          return { device: device !== undefined && deps.knows(device) ? device : undefined };
        },
        (found) => {
          const fault = strike("login", found?.device?.name);
          if (fault !== undefined && breakOff(exchange, fault)) return;
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

function spoilLogin(
  store: DeviceStore,
  device: DeviceRecord | undefined,
  fault: Fault | undefined,
): DeviceRecord | undefined {
  if (fault?.kind === "refuses-good") return undefined;
  const [anyone] = fault?.kind === "admits-anyone" && device === undefined ? store.devices() : [];
  return device ?? anyone;
}
