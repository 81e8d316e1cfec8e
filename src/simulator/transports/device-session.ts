import type { IPublishPacket, ISubscribePacket } from "mqtt-packet";
import type { DeviceRecord } from "../core/device-store.ts";
import { attributesOf } from "../core/read-attributes.ts";
import type { FaultPicker } from "../core/faults.ts";
import { storeTelemetry } from "../core/store-telemetry.ts";
import { breakLink } from "./link-faults.ts";
import type { Tally } from "../core/tally.ts";
import type { DeviceSessions } from "../core/device-sessions.ts";
import { type GsonValue, GsonSyntaxError, parseGson } from "../payload/gson.ts";
import { type Link, REASON, type Session } from "./link.ts";
import { PINGRESP, encodePuback, encodePublish, encodeSuback, encodeUnsuback } from "./mqtt-encoder.ts";
import { type PacketHandlers, handlePacket } from "./packet-handlers.ts";
import type { TransportLimits } from "./transport-limits.ts";
import type { VersionTraits } from "../core/version-table.ts";

const TELEMETRY_TOPIC = "v1/devices/me/telemetry";
const ATTRIBUTES_TOPIC = "v1/devices/me/attributes";
const ATTRIBUTES_REQUEST = /^v1\/devices\/me\/attributes\/request\/(\d+)$/;
const ATTRIBUTES_RESPONSE = "v1/devices/me/attributes/response/";
const DEVICE_TOPICS = /^v[12]\//;

export interface DeviceSessionDeps {
  readonly traits: VersionTraits;
  readonly sessions: DeviceSessions;
  readonly limits: TransportLimits;
  readonly faults: FaultPicker;
  readonly tally: Tally;
}

/** One connection of a device that logged in: enough of it for a device to live on (contract, section 4). */
export function createDeviceSession(deps: DeviceSessionDeps, device: DeviceRecord, link: Link): Session {
  deps.sessions.join(device, link);
  let answers = 0;

  /** PUBACK: accepted by the rule engine's queue, not persisted. */
  const publish = (packet: IPublishPacket): void => {
    const fault = deps.faults.pick("speech", device.name);
    if (fault !== undefined) {
      deps.tally.faults += 1;
      breakLink(link, fault);
      return;
    }
    const data = packet.topic === TELEMETRY_TOPIC || packet.topic === ATTRIBUTES_TOPIC;
    if (data && !acceptsData(deps, device, packet)) {
      if (link.version === 5 && packet.qos > 0 && deps.traits.disconnectPacket) {
        link.write(encodePuback(5, packet.messageId ?? 0, REASON.payloadFormatInvalid));
      } else link.close(REASON.payloadFormatInvalid);
      return;
    }
    if (data) deps.tally.messages += 1;
    if (packet.qos > 0) link.write(encodePuback(link.version, packet.messageId ?? 0, REASON.success));
    const number = ATTRIBUTES_REQUEST.exec(packet.topic)?.[1];
    if (number !== undefined) answer(number, packet);
  };

  /** Whether it has subscribed or not, as ThingsBoard does. */
  const answer = (number: string, packet: IPublishPacket): void => {
    const asked = parse(packet.payload.toString("utf8"));
    const keys = (name: string): string | null => {
      const value: unknown = typeof asked === "object" && asked !== null ? Reflect.get(asked, name) : undefined;
      return typeof value === "string" ? value : null;
    };
    answers += 1;
    const payload = attributesOf(device, { client: keys("clientKeys"), shared: keys("sharedKeys") });
    link.write(
      encodePublish(link.version, { topic: `${ATTRIBUTES_RESPONSE}${number}`, qos: 1, messageId: answers, payload }),
    );
  };

  const subscribe = (packet: ISubscribePacket): void => {
    const refusal = link.version === 5 ? REASON.topicFilterInvalid : 0x80;
    const codes = packet.subscriptions.map(({ topic, qos }) =>
      DEVICE_TOPICS.test(topic) ? Math.min(qos, 1) : refusal,
    );
    link.write(encodeSuback(link.version, packet.messageId ?? 0, codes));
  };

  const handlers: PacketHandlers = {
    publish,
    subscribe,
    unsubscribe: (packet) => {
      const codes = packet.unsubscriptions.map(() => REASON.success);
      link.write(encodeUnsuback(link.version, packet.messageId ?? 0, codes));
    },
    pingreq: () => link.write(PINGRESP),
    disconnect: () => link.part(),
  };
  return {
    handle: (packet) => {
      deps.sessions.active(device, link);
      handlePacket(handlers, packet);
    },
    closed: () => {
      deps.sessions.leave(device, link);
      deps.limits.close(device);
    },
  };
}

/** JSON object or array, leniently read; attributes are kept as the device's own. */
function acceptsData(
  { faults, tally }: Pick<DeviceSessionDeps, "faults" | "tally">,
  device: DeviceRecord,
  packet: IPublishPacket,
): boolean {
  const value = parse(packet.payload.toString("utf8"));
  if (typeof value !== "object" || value === null) return false;
  if (packet.topic === ATTRIBUTES_TOPIC) storeAttributes(device, value);
  else if (faults.pick("store", device.name) === undefined) storeTelemetry(device, value);
  else tally.faults += 1;
  return true;
}

function parse(text: string): GsonValue | undefined {
  try {
    return parseGson(text);
  } catch (error) {
    if (error instanceof GsonSyntaxError) return undefined;
    throw error;
  }
}

/** Keeps what a device says of itself. */
export function storeAttributes(device: DeviceRecord, values: object): void {
  for (const [key, value] of Object.entries(values)) {
    if (value !== null) device.values.client.set(key, value as string | number | boolean | object);
  }
}
