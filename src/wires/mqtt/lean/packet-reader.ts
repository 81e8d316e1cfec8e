import type { MqttVersion } from "../../../model/plan.ts";
import { decodePacket, packetEnd, type ServerPacket } from "./decode.ts";

/**
 * Takes the bytes of one connection as they come, however they are cut, and hands out packets. Whole packets are decoded
 * where they lie; only what is cut off is kept, at most one packet of the largest size.
 */
export class PacketReader {
  private readonly version: MqttVersion;
  /** What came of a packet that is not whole; its first `filled` bytes count. */
  private begun: Buffer | undefined;
  private filled = 0;

  constructor(version: MqttVersion) {
    this.version = version;
  }

  /** Nothing of a packet that is not whole is kept. */
  isIdle(): boolean {
    return this.begun === undefined;
  }

  /**
   * Reads the first `count` of `bytes`, which may be used for something else afterwards. `take` gets each packet in turn
   * and tells whether to go on. Throws MalformedPacket, after the packets before.
   */
  read(bytes: Buffer, count: number, take: (packet: ServerPacket) => boolean): void {
    if (this.begun === undefined) {
      const rest = this.decode(bytes, count, take);
      if (rest < count) this.keep(bytes, rest, count);
      return;
    }
    this.keep(bytes, 0, count);
    const [all, until] = [this.begun, this.filled];
    const rest = this.decode(all, until, take);
    if (rest === 0) return;
    this.begun = undefined;
    this.filled = 0;
    if (rest < until) this.keep(all, rest, until);
  }

  /** Where the first packet begins that is not whole. */
  private decode(bytes: Buffer, until: number, take: (packet: ServerPacket) => boolean): number {
    let from = 0;
    for (let end = packetEnd(bytes, 0, until); end !== undefined; end = packetEnd(bytes, from, until)) {
      const packet = decodePacket(bytes, from, end, this.version);
      from = end;
      if (!take(packet)) return until;
    }
    return from;
  }

  /** Doubles the room when it is full, so that a packet that comes byte by byte is copied twice and no more. */
  private keep(bytes: Buffer, from: number, until: number): void {
    const needed = this.filled + until - from;
    if (this.begun === undefined || this.begun.length < needed) {
      const larger = Buffer.allocUnsafe(Math.max(64, 2 * needed));
      this.begun?.copy(larger, 0, 0, this.filled);
      this.begun = larger;
    }
    bytes.copy(this.begun, this.filled, from, until);
    this.filled = needed;
  }
}
