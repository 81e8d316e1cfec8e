import { generate, parser, type Packet } from "mqtt-packet";
import type { Plan } from "../../model/plan.ts";
import { msFromUs } from "../../model/units.ts";
import { connectPacket } from "../../wires/mqtt/connect-packet.ts";
import { PROTOCOL } from "../../wires/mqtt/protocol.ts";
import { reasonName } from "../../wires/mqtt/reason-codes.ts";
import { wordsOf } from "../../wires/mqtt/server-words.ts";
import { readIdentity } from "../../wires/socket/endpoint.ts";
import { printable } from "../../writing/text-width.ts";
import type { Greeting } from "../examination.ts";
import { converse } from "./converse.ts";
import { nameStranger } from "./name-stranger.ts";

/** A SUBACK code from here on is a refusal. */
const FIRST_REFUSAL = 0x80;

/**
 * Opens a provision session. ThingsBoard lets anyone in as `provision`, and there refuses to subscribe to anything but its
 * answers (or, up to 3.8, does not answer SUBSCRIBE at all); a broker that grants everything is another one. The PINGREQ
 * behind it ends the waiting.
 */
export async function greetMqtt(
  { target, timeouts }: Pick<Plan, "target" | "timeouts">,
  now: () => number,
  stop: AbortSignal,
): Promise<Greeting> {
  const { host, port, mqttVersion, proxyProtocol } = target;
  // Whether the certificate is a good one is asked elsewhere; nothing secret is said here.
  const tls = target.tls && {
    ca: undefined,
    serverName: target.tls.serverName,
    insecure: true,
    identity: target.tls.identity && readIdentity(target.tls.identity),
  };
  const { protocolVersion } = PROTOCOL[mqttVersion];
  const packets: Packet[] = [];
  let read = 0;
  let readable = true;
  const reader = parser({ protocolVersion });
  reader.on("packet", (packet) => packets.push(packet));
  reader.on("error", () => {
    readable = false;
  });
  const bytesOf = (packet: Packet): Uint8Array => generate(packet, { protocolVersion });

  const talk = await converse(
    {
      endpoint: { host, port, tls, proxyProtocol },
      first: connectPacket(mqttVersion, "rollcall-doctor", "provision"),
      listen(heard, say) {
        const before = packets.length;
        if (heard.length > read) reader.parse(heard.subarray(read));
        read = heard.length;
        if (!readable || (packets[0] !== undefined && packets[0].cmd !== "connack")) return true;
        const accepted = packets[0]?.cmd === "connack" && codeOf(packets[0]) === 0;
        if (before === 0 && accepted) {
          say(bytesOf({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "#", qos: 0 }] }));
          say(bytesOf({ cmd: "pingreq" }));
        }
        return (packets.length > 0 && !accepted) || packets.some(({ cmd }) => cmd === "pingresp");
      },
      connectMs: msFromUs(timeouts.connect),
      patienceMs: msFromUs(timeouts.accept),
      now,
    },
    stop,
  );
  const [connack] = packets;
  if (connack?.cmd !== "connack") {
    const plain = tls === undefined ? undefined : await greetPlain(target, now, stop);
    return plain ?? nameStranger(target, talk, now, stop);
  }
  const said = `CONNACK ${reasonName(codeOf(connack), mqttVersion)}${printable(wordsOf(connack.properties) ?? "")}`;
  if (codeOf(connack) !== 0) return { kind: "refused", said };
  const suback = packets.find((packet) => packet.cmd === "suback");
  if (suback?.granted.some((code) => Number(code) < FIRST_REFUSAL) === true) {
    return { kind: "other-broker", said: "it lets a provision session subscribe to everything" };
  }
  return { kind: "thingsboard", ms: talk.firstMs ?? 0, said };
}

const CONNACK = 0x20;
const PATIENCE_MS = 2_000;

/** Undefined: no MQTT without TLS either. */
async function greetPlain(
  { host, port, mqttVersion, proxyProtocol }: Plan["target"],
  now: () => number,
  stop: AbortSignal,
): Promise<Greeting | undefined> {
  const talk = {
    endpoint: { host, port, tls: undefined, proxyProtocol },
    first: connectPacket(mqttVersion, "rollcall-doctor", "provision"),
    listen: (heard: Buffer) => heard.length > 0,
    connectMs: PATIENCE_MS,
    patienceMs: PATIENCE_MS,
    now,
  };
  const { heard } = await converse(talk, stop);
  return heard[0] === CONNACK ? { kind: "other", what: "MQTT without TLS", speaksTls: false } : undefined;
}

function codeOf(packet: Extract<Packet, { readonly cmd: "connack" }>): number {
  return packet.reasonCode ?? packet.returnCode ?? 0;
}
