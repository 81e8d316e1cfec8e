import type { DeviceRecord } from "./device-store.ts";
import { type Link, REASON } from "../transports/link.ts";
import type { Tally } from "./tally.ts";
import type { Timers } from "../timing/timers.ts";

/** Who is connected: one session a device; a second one makes the first be closed a little later (DAM:154, 788-800). */
export interface DeviceSessions {
  join(device: DeviceRecord, link: Link): void;
  /** Something came from the device. */
  active(device: DeviceRecord, link: Link): void;
  leave(device: DeviceRecord, link: Link): void;
  /** Credentials changed or device deleted: its session is closed. */
  expel(device: DeviceRecord): void;
  readonly size: number;
}

export interface DeviceSessionsDeps {
  readonly timers: Timers;
  readonly tally: Tally;
  readonly takeoverMs: number;
  /** A session without any uplink for so long is closed; the keep-alive of CONNECT plays no part. */
  readonly inactivityMs: number;
}

/** How often silent sessions are looked for, as a share of the time they may be silent. */
const SWEEPS = 10;

export function createDeviceSessions(deps: DeviceSessionsDeps): DeviceSessions {
  const current = new Map<string, { readonly link: Link; lastActivity: number }>();
  let sweeping = false;

  const sweep = (): void => {
    const silentSince = deps.timers.now() - deps.inactivityMs;
    for (const { link, lastActivity } of current.values()) {
      if (lastActivity <= silentSince) link.close(REASON.implementationSpecific);
    }
    sweeping = current.size > 0;
    if (sweeping) deps.timers.after(deps.inactivityMs / SWEEPS, sweep);
  };

  return {
    join: (device, link) => {
      const older = current.get(device.id);
      current.set(device.id, { link, lastActivity: deps.timers.now() });
      if (older !== undefined) {
        deps.tally.takeovers += 1;
        deps.timers.after(deps.takeoverMs, () => older.link.close(REASON.sessionTakenOver));
      }
      if (!sweeping) {
        sweeping = true;
        deps.timers.after(deps.inactivityMs / SWEEPS, sweep);
      }
    },
    active: (device, link) => {
      const session = current.get(device.id);
      if (session?.link === link) session.lastActivity = deps.timers.now();
    },
    leave: (device, link) => {
      if (current.get(device.id)?.link === link) current.delete(device.id);
    },
    expel: (device) => current.get(device.id)?.link.close(REASON.administrativeAction),
    get size() {
      return current.size;
    },
  };
}
