import { generate, parser } from "mqtt-packet";
import { describe, expect, it } from "vitest";
import { createPacketWatch } from "../../../src/wires/mqtt/packet-limit.ts";

const publish = (bytes: number): Buffer =>
  generate({ cmd: "publish", topic: "t", payload: Buffer.alloc(bytes), qos: 0, dup: false, retain: false });

/** Each byte on its own, then all of them at once. */
function watchBoth(bytes: Buffer, limit: number): readonly (number | undefined)[] {
  const slow = createPacketWatch(limit);
  let found: number | undefined;
  for (const byte of bytes) found ??= slow(Buffer.of(byte));
  return [found, createPacketWatch(limit)(bytes)];
}

describe("the watch over the packets of a stream", () => {
  it("lets through packets up to the limit, however they are cut", () => {
    const stream = Buffer.concat([
      generate({ cmd: "pingresp" }),
      publish(1),
      publish(300),
      publish(97),
      Buffer.of(0xd0, 0),
    ]);
    expect(watchBoth(stream, 303)).toEqual([undefined, undefined]);
  });

  it("knows one that is longer by its first bytes", () => {
    const announced = publish(5_000_000).subarray(0, 5);
    expect(watchBoth(Buffer.concat([publish(10), announced]), 1_000_000)).toEqual([5_000_003, 5_000_003]);
  });

  it("leaves a length of five bytes to the codec, which calls it malformed, and goes on", () => {
    const malformed = Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff, 0xff);
    expect(watchBoth(malformed, 1_000)).toEqual([undefined, undefined]);
    const told: string[] = [];
    const codec = parser();
    codec.on("error", (error: Error) => told.push(error.message));
    codec.parse(malformed);
    expect(told).toEqual(["Invalid variable byte integer"]);
  });
});
