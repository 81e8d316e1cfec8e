import { type Us, us } from "../../model/units.ts";
import type { ParentMessage } from "../protocol.ts";
import type { ClockOffset } from "../time/clock-offset.ts";

const NS_PER_US = 1_000n;

/** Instants that the coordinator names, as this machine's clock has them. */
export interface Translator {
  /** `now`: the offset as of now. The first start fixes what the run's time 0 is here. */
  translate(message: ParentMessage, now: ClockOffset): ParentMessage;
  /** How far time 0 has moved since the start. */
  moved(now: ClockOffset): Us;
}

/**
 * Time 0 is an instant of the coordinator's clock, and a generator counts from it on this machine's. Where the clocks
 * part, a later instant is put right by as much as they have parted since.
 */
export function createTranslator(): Translator {
  let atStart: bigint | undefined;

  const moved = (now: ClockOffset): Us => us(atStart === undefined ? 0 : toUs(now.offset - atStart));
  return {
    moved,
    translate(message, now) {
      switch (message.kind) {
        case "start":
          atStart = now.offset;
          return { ...message, epoch: (BigInt(message.epoch) + now.offset).toString() };
        case "go":
          return { ...message, at: us(message.at + moved(now)) };
        case "tempo":
          return { ...message, change: { ...message.change, at: us(message.change.at + moved(now)) } };
        case "init":
        case "clock":
        case "drain":
        case "abort":
        case "block":
          return message;
      }
    },
  };
}

/** Rounded to the nearest. */
export function toUs(nanoseconds: bigint): number {
  const half = nanoseconds < 0n ? -NS_PER_US / 2n : NS_PER_US / 2n;
  return Number((nanoseconds + half) / NS_PER_US);
}

export function toUsUp(nanoseconds: bigint): number {
  return Number((nanoseconds + NS_PER_US - 1n) / NS_PER_US);
}
