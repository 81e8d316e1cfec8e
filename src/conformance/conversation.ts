import type { IConnectPacket } from "mqtt-packet";
import type { MqttVersion } from "../model/plan.ts";
import { PROTOCOL } from "../wires/mqtt/protocol.ts";
import { REQUEST_TOPIC, RESPONSE_TOPIC } from "../thingsboard/messages.ts";
import type { Received } from "./packet-text.ts";
import { END, type RawClient } from "./raw-client.ts";

/** For a packet that must come; ThingsBoard gives up on a request after 10 s, found out every 10 s. */
const PATIENCE_MS = 12_000;
/** After a PINGRESP: a close that was decided before it is on its way. */
const SETTLE_MS = 250;

const ACCEPTED = "CONNACK 0";
const CLIENT_ID = "conformance";

type Qos = 0 | 1 | 2;

/** A case cannot go on: what came is its result. */
export class CameInstead extends Error {}

export interface Login {
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  readonly clean?: boolean;
}

/** One connection, spoken to in the words of MQTT; what the server says is text. */
export interface Conversation {
  readonly client: RawClient;
  /** CONNECT; gives what came: up to CONNACK if that lets in, else to the end of the connection. */
  connect(login: Login): Promise<string>;
  /** CONNECT as one that wants to be provisioned. Throws CameInstead unless it is let in. */
  enter(): Promise<void>;
  subscribe(...topics: readonly (readonly [topic: string, qos: Qos])[]): void;
  unsubscribe(topic: string): void;
  publish(payload: string | Uint8Array, options?: { readonly qos?: Qos; readonly topic?: string }): void;
  /** Everything up to the `count`-th answer to a provision request. */
  answers(count?: number): Promise<readonly Received[]>;
  /** Everything up to a PUBACK. */
  acknowledged(): Promise<string>;
  /** Everything that the server does about what was sent, known by a PINGRESP behind it; and whether it stays open. */
  settled(): Promise<string>;
  /** Everything within `ms`, for a server that says nothing. */
  within(ms: number): Promise<string>;
  /** Everything up to the end of the connection. */
  untilClosed(ms?: number): Promise<string>;
}

export function converse(client: RawClient): Conversation {
  let messageId = 0;
  const nextId = (): number => (messageId += 1);
  const isAnswer = (event: Received): boolean => event.publish?.topic === RESPONSE_TOPIC;

  async function connect(login: Login): Promise<string> {
    client.send(connectPacket(client.version, login));
    const events = await client.take(({ cmd }) => cmd === "connack", PATIENCE_MS);
    if (events.some(({ text, cmd }) => text.startsWith(`${ACCEPTED} `) || text === ACCEPTED || cmd === END.cmd)) {
      return textOf(events);
    }
    return textOf([...events, ...(await client.take(() => false, PATIENCE_MS))]);
  }

  return {
    client,
    connect,
    async enter() {
      const came = await connect({ clientId: CLIENT_ID, username: "provision" });
      if (came !== ACCEPTED) throw new CameInstead(came);
    },
    subscribe(...topics) {
      const subscriptions = topics.map(([topic, qos]) => ({ topic, qos }));
      client.send({ cmd: "subscribe", messageId: nextId(), subscriptions });
    },
    unsubscribe(topic) {
      client.send({ cmd: "unsubscribe", messageId: nextId(), unsubscriptions: [topic] });
    },
    publish(payload, { qos = 1, topic = REQUEST_TOPIC } = {}) {
      client.send({
        cmd: "publish",
        topic,
        qos,
        payload: Buffer.from(payload),
        dup: false,
        retain: false,
        ...(qos === 0 ? {} : { messageId: nextId() }),
      });
    },
    answers(count = 1) {
      let seen = 0;
      return client.take((event) => isAnswer(event) && (seen += 1) === count, PATIENCE_MS);
    },
    async acknowledged() {
      return textOf(await client.take(({ cmd }) => cmd === "puback", PATIENCE_MS));
    },
    async settled() {
      client.send({ cmd: "pingreq" });
      const first = await client.take(({ cmd }) => cmd === "pingresp", PATIENCE_MS);
      const answered = first.some(({ cmd }) => cmd === "pingresp");
      const events = answered ? [...first, ...(await client.take(() => false, SETTLE_MS))] : first;
      const said = textOf(events.filter(({ cmd }) => cmd !== "pingresp"));
      if (events.some(({ cmd }) => cmd === END.cmd)) return said;
      return answered ? `${said}, stays open` : `${said}, no PINGRESP`;
    },
    async within(ms) {
      const events = await client.take(() => false, ms);
      return events.some(({ cmd }) => cmd === END.cmd) ? textOf(events) : `${textOf(events)}, stays open`;
    },
    async untilClosed(ms = PATIENCE_MS) {
      return textOf(await client.take(() => false, ms));
    },
  };
}

/** In order; "nothing" where there was nothing. */
export function textOf(events: readonly Received[]): string {
  if (events.length === 0) return "nothing";
  return events
    .map(({ cmd, text }, index) => (cmd === END.cmd && text === END.text && index > 0 ? "then close" : text))
    .join(", ");
}

function connectPacket(version: MqttVersion, { clientId, username, password, clean = true }: Login): IConnectPacket {
  return {
    cmd: "connect",
    ...PROTOCOL[version],
    clientId,
    clean,
    keepalive: 60,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
  };
}
