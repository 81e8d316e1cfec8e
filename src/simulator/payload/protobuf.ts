/** Fields of one message by number, in order of arrival: a number for varints, bytes for the length-delimited. */
export type ProtobufFields = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const GROUP = 3;
const GROUP_END = 4;
const FIXED32 = 5;
/** Groups in groups: protobuf's own limit in Java. */
const MAX_DEPTH = 100;

/** Reads one message; undefined where the bytes are none. Fixed-width fields and groups are checked and skipped: ours has none. */
export function readProtobuf(bytes: Uint8Array): ProtobufFields | undefined {
  const fields = new Map<number, (number | Uint8Array)[]>();
  const end = readFields(bytes, 0, undefined, fields, 0);
  return end === bytes.length ? fields : undefined;
}

/** Returns the offset behind the fields (and behind the end tag of `group`), or -1. */
function readFields(
  bytes: Uint8Array,
  start: number,
  group: number | undefined,
  into: Map<number, (number | Uint8Array)[]> | undefined,
  depth: number,
): number {
  if (depth > MAX_DEPTH) return -1;
  let at = start;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    if (tag === undefined) return -1;
    at = tag.end;
    const field = tag.value >>> 3;
    if (field === 0) return -1;
    const wireType = tag.value & 7;
    if (wireType === GROUP_END) return field === group ? at : -1;
    if (wireType === GROUP) at = readFields(bytes, at, field, undefined, depth + 1);
    else if (wireType === FIXED32) at += 4;
    else if (wireType === FIXED64) at += 8;
    else if (wireType === VARINT || wireType === BYTES) {
      const number = readVarint(bytes, at);
      if (number === undefined) return -1;
      at = number.end;
      if (wireType === VARINT) append(into, field, number.value);
      else {
        const stop = at + number.value;
        if (stop > bytes.length) return -1;
        append(into, field, bytes.subarray(at, stop));
        at = stop;
      }
    } else return -1;
    if (at === -1 || at > bytes.length) return -1;
  }
  return group === undefined ? at : -1;
}

function append(
  into: Map<number, (number | Uint8Array)[]> | undefined,
  field: number,
  value: number | Uint8Array,
): void {
  if (into === undefined) return;
  const values = into.get(field);
  if (values === undefined) into.set(field, [value]);
  else values.push(value);
}

/** Up to ten bytes; the lowest 32 bits count. */
function readVarint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 10; i += 1) {
    const byte = bytes[start + i];
    if (byte === undefined) return undefined;
    if (i < 5) value = (value | ((byte & 0x7f) << (7 * i))) >>> 0;
    if (byte < 0x80) return { value, end: start + i + 1 };
  }
  return undefined;
}

/** A field of varint type; nothing for 0, the default of proto3. */
export function varintField(field: number, value: number): Uint8Array {
  return value === 0 ? new Uint8Array(0) : Buffer.from([...varint(field << 3), ...varint(value)]);
}

/** A string field; nothing for "". */
export function stringField(field: number, value: string): Uint8Array {
  if (value === "") return new Uint8Array(0);
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([...varint((field << 3) | BYTES), ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return [...bytes, rest];
}
