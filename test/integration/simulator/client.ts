import { type Socket, connect } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { type IConnackPacket, type IPublishPacket, type Packet, generate, parser } from "mqtt-packet";

export type MqttVersion = 3 | 4 | 5;

/** What a client sees, in order. */
export type Event = Packet | { readonly cmd: "closed" } | { readonly cmd: "unreadable"; readonly message: string };

export interface Client {
  readonly socket: Socket;
  send(...packets: readonly Packet[]): void;
  /** The next event; rejects after 5 s of nothing. */
  next(): Promise<Event>;
  /** All up to the end of the connection. */
  rest(): Promise<readonly Event[]>;
  /** Events that are there and were not taken. */
  waiting(): readonly Event[];
  end(): void;
}

const PATIENCE_MS = 5_000;

export function openClient(port: number, version: MqttVersion, tls?: ConnectionOptions): Client {
  const options = { port, host: "127.0.0.1", noDelay: true };
  const socket = tls === undefined ? connect(options) : connectTls({ ...options, rejectUnauthorized: false, ...tls });
  const events: Event[] = [];
  let wake: (() => void) | undefined;
  const note = (event: Event): void => {
    events.push(event);
    wake?.();
  };
  const reader = parser({ protocolVersion: version });
  reader.on("packet", note);
  reader.on("error", (error: Error) => note({ cmd: "unreadable", message: error.message }));
  socket.on("data", (chunk) => reader.parse(chunk));
  socket.on("error", () => undefined);
  socket.on("close", () => note({ cmd: "closed" }));
  const next = async (): Promise<Event> => {
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const event = events.shift();
      if (event !== undefined) return event;
      await new Promise<void>((resolve, reject) => {
        wake = resolve;
        deadline.addEventListener("abort", () => reject(new Error("nothing came for 5 s")), { once: true });
      });
    }
  };
  return {
    socket,
    send: (...packets) => {
      socket.write(Buffer.concat(packets.map((packet) => generate(packet, { protocolVersion: version }))));
    },
    next,
    rest: async () => {
      const all: Event[] = [];
      for (;;) {
        const event = await next();
        all.push(event);
        if (event.cmd === "closed") return all;
      }
    },
    waiting: () => events,
    end: () => socket.destroy(),
  };
}

export interface Identity {
  readonly clientId?: string;
  readonly username?: string;
  readonly password?: string;
}

export function connectPacket(version: MqttVersion, identity: Identity): Packet {
  const { clientId = "client", username, password } = identity;
  return {
    cmd: "connect",
    protocolId: version === 3 ? "MQIsdp" : "MQTT",
    protocolVersion: version,
    clean: true,
    keepalive: 0,
    clientId,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
  };
}

export function publishPacket(topic: string, payload: string | Buffer, qos: 0 | 1 | 2 = 1, messageId = 2): Packet {
  return { cmd: "publish", topic, payload, qos, messageId, dup: false, retain: false };
}

export const SUBSCRIBE: Packet = {
  cmd: "subscribe",
  messageId: 1,
  subscriptions: [{ topic: "/provision/response", qos: 1 }],
};

/** A connection that came in as `provision`, its CONNACK taken. */
export async function openProvision(port: number, version: MqttVersion): Promise<Client> {
  const client = openClient(port, version);
  client.send(connectPacket(version, { username: "provision" }));
  await client.next();
  return client;
}

/** Everything that follows one request, until the answer, the end or a code that refuses it. */
export async function request(
  port: number,
  version: MqttVersion,
  payload: string | Buffer | object,
  qos: 0 | 1 | 2 = 1,
): Promise<readonly Event[]> {
  const client = await openProvision(port, version);
  const bytes = typeof payload === "string" || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  client.send(publishPacket("/provision/request", bytes, qos));
  const events: Event[] = [];
  for (;;) {
    const event = await client.next();
    events.push(event);
    const refused = event.cmd === "puback" && (event.reasonCode ?? 0) === 0x99;
    if (event.cmd === "publish" || event.cmd === "closed" || refused) break;
  }
  client.end();
  return events;
}

/** The answer's body. */
export async function provision(port: number, version: MqttVersion, payload: object): Promise<unknown> {
  const events = await request(port, version, payload);
  const answer = events.find((event): event is IPublishPacket => event.cmd === "publish");
  return answer === undefined ? undefined : JSON.parse(answer.payload.toString());
}

/** The CONNACK's code; the session stays open with the client that is returned. */
export async function login(
  port: number,
  version: MqttVersion,
  identity: Identity,
  tls?: ConnectionOptions,
): Promise<{ readonly code: number; readonly client: Client }> {
  const client = openClient(port, version, tls);
  client.send(connectPacket(version, identity));
  const connack = (await client.next()) as IConnackPacket;
  return { code: (version === 5 ? connack.reasonCode : connack.returnCode) ?? -1, client };
}
