/** Bits of a byte of the remaining length that count; the highest says that another byte follows (MQTT 3.1.1, 2.2.3). */
const VALUE_BITS = 0x7f;
const MORE = 0x80;
const BITS_PER_BYTE = 7;

/**
 * Follows the packets in a stream of bytes by their lengths alone, so that one that is too long is known from its first
 * bytes: the codec would gather it whole. Gives the length of such a packet; after that it must not be asked again.
 */
export function createPacketWatch(limit: number): (chunk: Uint8Array) => number | undefined {
  /** Bytes of the packet under way that are still to come; undefined: its length is not read yet. */
  let left: number | undefined;
  let typeRead = false;
  let length = 0;
  let shift = 0;

  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (left !== undefined) {
        const skipped = Math.min(left, chunk.length - at);
        at += skipped;
        left -= skipped;
        if (left === 0) left = undefined;
        continue;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      if (!typeRead) {
        typeRead = true;
        continue;
      }
      length += (byte & VALUE_BITS) * 2 ** shift;
      shift += BITS_PER_BYTE;
      // More than four such bytes are no length; the codec says so. Here it is enough that they end.
      if ((byte & MORE) !== 0 && shift < 4 * BITS_PER_BYTE) continue;
      if ((byte & MORE) === 0 && length > limit) return length;
      left = length === 0 ? undefined : length;
      typeRead = false;
      length = 0;
      shift = 0;
    }
    return undefined;
  };
}
