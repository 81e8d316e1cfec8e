import type { Device } from "../model/device.ts";
import type { FailureKind } from "../model/outcome.ts";
import type { Target, Timeouts } from "../model/plan.ts";
import { type Mark, type Provisioner, type Reply, WireError } from "../model/ports.ts";
import { msFromUs } from "../model/units.ts";
import { connectPacket } from "../wires/mqtt/connect-packet.ts";
import { toWireError } from "../wires/socket/failures.ts";
import { openSocket } from "../wires/socket/socket.ts";
import { abortsOf } from "../wires/socket/aborts.ts";
import { endpointOf } from "../wires/socket/endpoint.ts";
import { leavingOf } from "./leaving.ts";

/** What the server waits for, and when this side gives up. */
interface Opening {
  readonly bytes: Uint8Array;
  readonly deadlineMs: number;
  readonly late: FailureKind;
  readonly closed: FailureKind;
}

/**
 * Adds devices that hold a connection and do not get on: a slow one sends its first packet a byte at a time, too slowly to
 * end; a half-open one sends half of it and is not heard of again. All others are left to `good`.
 */
export function withMisbehavingSockets(good: Provisioner, target: Target, timeouts: Timeouts): Provisioner {
  const endpoint = endpointOf(target);

  function dawdle(device: Device, mark: Mark, stop: AbortSignal): Promise<Reply> {
    return new Promise((_, reject) => {
      if (stop.aborted) return reject(aborted());
      const { bytes, deadlineMs, late, closed } = openingOf(device, target, timeouts);
      const connectMs = msFromUs(timeouts.connect);
      let deadline = startDeadline("connect-timeout", connectMs);
      let drip: NodeJS.Timeout | undefined;
      const aborts = abortsOf(stop);
      const waiting = aborts.add(onAbort);
      const socket = openSocket(endpoint, onConnected, { leaves: leavingOf(endpoint, mark) });
      // Whatever the server says to this is of no use.
      socket.resume();
      socket.on("error", (error) => fail(toWireError(error)));
      socket.on("close", () => fail(new WireError(closed, "closed by the server, which waited for the rest")));

      function onConnected(): void {
        clearTimeout(deadline);
        deadline = startDeadline(late, deadlineMs);
        mark("connected");
        if (device.misbehaviour === "half-open-socket") socket.write(bytes.subarray(0, bytes.length >> 1));
        else startDrip();
      }

      /** At this pace the last byte would be due after twice the deadline. */
      function startDrip(): void {
        let next = 0;
        const send = (): void => {
          socket.write(bytes.subarray(next, (next += 1)));
        };
        send();
        drip = setInterval(send, (2 * deadlineMs) / bytes.length);
      }

      function startDeadline(kind: FailureKind, ms: number): NodeJS.Timeout {
        return setTimeout(() => fail(new WireError(kind, `nothing came of it within ${ms} ms`)), ms);
      }

      function onAbort(): void {
        fail(aborted());
      }

      function fail(error: WireError): void {
        clearTimeout(deadline);
        clearInterval(drip);
        aborts.delete(waiting);
        reject(error);
        socket.destroy();
      }
    });
  }

  return {
    provision(device, mark, stop) {
      const misbehaves = device.misbehaviour === "slow-socket" || device.misbehaviour === "half-open-socket";
      return misbehaves ? dawdle(device, mark, stop) : good.provision(device, mark, stop);
    },
    close: () => good.close(),
  };
}

function openingOf({ seq }: Device, { transport, mqttVersion, host }: Target, timeouts: Timeouts): Opening {
  if (transport === "mqtt") {
    return {
      bytes: connectPacket(mqttVersion, `rollcall-${seq.toString(36)}`, "provision"),
      deadlineMs: msFromUs(timeouts.accept),
      late: "accept-timeout",
      closed: "closed-before-accept",
    };
  }
  return {
    bytes: Buffer.from(`POST /api/v1/provision HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 100\r\n\r\n`),
    deadlineMs: msFromUs(timeouts.answer),
    late: "answer-timeout",
    closed: "closed-before-answer",
  };
}

function aborted(): WireError {
  return new WireError("aborted", "stopped while in flight");
}
