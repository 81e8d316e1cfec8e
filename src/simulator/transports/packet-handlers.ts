import type { Packet, PacketCmd } from "mqtt-packet";

/** One handler for each kind of packet that has an effect; the others are ignored. */
export type PacketHandlers = {
  readonly [C in PacketCmd]?: (packet: Extract<Packet, { cmd: C }>) => void;
};

export function handlePacket(handlers: PacketHandlers, packet: Packet): void {
  const handler = handlers[packet.cmd] as ((packet: Packet) => void) | undefined;
  handler?.(packet);
}
